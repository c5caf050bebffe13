# SPDX-License-Identifier: Apache-2.0
"""Conditions on signals as a field of a form: some lines, each a field, how to compare, and with what."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.core.errors import Invalid
from longwatch.entities.kinds import EntityKind
from longwatch.intake.conditions import MOST_CONDITIONS, OPERATOR_WORDS, Condition, read_conditions

FIELD_WORDS: Mapping[str, "str | Promise"] = {
    "severity": _("Severity"), "title": _("Title"), "rule": _("Rule of the tool"), "source": _("Source"),
    "format": _("Format"), "kind": _("Kind of signal"), "place": _("Place"), "tag": _("Tag"),
    "technique": _("ATT&CK technique"), "entity": _("Anything it names"),
    **{f"entity:{kind.value}": kind.label for kind in EntityKind},
}  # fmt: skip
# What is left empty for more.
EMPTY_LINES, LEAST_LINES = 2, 3


def condition_words(condition: Mapping[str, Any]) -> str:
    """A stored condition for people: “Severity is at least high”."""
    field, op = str(condition.get("field")), str(condition.get("op"))
    values = str(_(" or ")).join(str(value) for value in condition.get("values") or ())
    return f"{FIELD_WORDS.get(field, field)} {OPERATOR_WORDS.get(op, op)} {values}"


class ConditionsWidget(forms.Widget):
    """Lines of two selects and a text; a line without anything in it is none."""

    template_name = "intake/conditions_widget.html"
    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        """The lines that somebody filled in; several values one a line."""
        columns = [_all(data, f"{name}_{part}") for part in ("field", "op", "values")]
        lines = [tuple(str(each or "") for each in line) for line in zip_longest(*columns)]
        return [
            {"field": field, "op": op or "is", "values": [v.strip() for v in text.splitlines() if v.strip()]}
            for field, op, text in lines[:MOST_CONDITIONS]
            if field or text.strip()
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the form was sent without it."""
        return f"{name}_field" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The lines as the template shows them, some of them empty."""
        given = list(value or [])
        count = min(MOST_CONDITIONS, max(LEAST_LINES, len(given) + EMPTY_LINES))
        empty = {"field": "", "op": "is", "values": []}
        lines = [_line(each) for each in (*given, *[empty] * (count - len(given)))]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"lines": lines, "fields": FIELD_WORDS.items(), "operators": OPERATOR_WORDS.items()}


class ConditionsField(forms.Field):
    """Conditions that can be used, as they are stored; says which is none and why."""

    widget = ConditionsWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """The conditions; refuses what is none, and no condition at all where one is required."""
        return usable(value or []) if value or self.required else []


def usable(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conditions as they are stored; refuses as forms do."""
    try:
        conditions: list[Condition] = read_conditions(list(given))
    except Invalid as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
    stored: list[dict[str, Any]] = [msgspec.to_builtins(each) for each in conditions]
    return stored


def _line(condition: Mapping[str, Any]) -> dict[str, str]:
    return {
        "field": str(condition.get("field", "")), "op": str(condition.get("op", "is")),
        "values": "\n".join(str(value) for value in condition.get("values") or ()),
    }  # fmt: skip


def _all(data: Mapping[str, Any], name: str) -> list[Any]:
    return data.getlist(name) if isinstance(data, MultiValueDict) else list(data.get(name, ()))
