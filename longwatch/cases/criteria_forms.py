# SPDX-License-Identifier: Apache-2.0
"""What people say about a criterion."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.cases.criteria import FACT_WORDS, MOST_CONDITIONS, Criterion, Proposes, read_conditions
from longwatch.core.errors import Invalid

EMPTY_LINES = 2


class FactsWidget(forms.Widget):
    """Lines of a fact and the values that it is compared with; a line without a fact is none."""

    template_name = "cases/facts_widget.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """The lines that somebody filled in; several values with commas between."""
        lines = zip_longest(data.getlist(f"{name}_fact"), data.getlist(f"{name}_values"), fillvalue="")
        return [
            {"fact": fact, "values": [value.strip() for value in text.split(",") if value.strip()]}
            for fact, text in list(lines)[:MOST_CONDITIONS]
            if fact or text.strip()
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the form was sent without it."""
        return f"{name}_fact" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The lines as the template shows them, some of them empty."""
        given = [{"fact": each["fact"], "values": ", ".join(each["values"])} for each in value or []]
        empty = min(EMPTY_LINES, MOST_CONDITIONS - len(given))
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"lines": [*given, *[{"fact": "", "values": ""}] * empty], "facts": FACT_WORDS.items()}


class FactsField(forms.Field):
    """Conditions that can be used, as they are stored; says which is none and why."""

    widget = FactsWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """The conditions; refuses what is none, and no condition at all."""
        try:
            return [msgspec.to_builtins(each) for each in read_conditions(value or [])]
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class CriterionForm(forms.Form):
    """What makes an incident or a case, and why."""

    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Enter a name.")})
    proposes = forms.ChoiceField(
        label=_("Proposes"), choices=Proposes.choices, initial=Proposes.CASE, widget=forms.RadioSelect,
        error_messages={"required": _("Choose incident or case.")},
    )  # fmt: skip
    conditions = FactsField(
        label=_("Where all of this holds"),
        help_text=_("Severity: informational, low, medium, high, critical. Criticality: low, normal, high, critical."),
        error_messages={"required": _("Add a condition.")},
    )
    reason = forms.CharField(
        label=_("Why it makes one"), max_length=300, error_messages={"required": _("Say why it makes one.")}
    )
    enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)


def initial_of(criterion: Criterion) -> dict[str, Any]:
    """A criterion as its form shows it."""
    return {
        "name": criterion.name, "proposes": criterion.proposes, "reason": criterion.reason,
        "enabled": criterion.enabled, "conditions": [msgspec.to_builtins(each) for each in criterion.conditions],
    }  # fmt: skip
