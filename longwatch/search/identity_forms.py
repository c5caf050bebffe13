# SPDX-License-Identifier: Apache-2.0
"""Forms of merging and marking: what is said, on the basis of which record, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind
from longwatch.entities.markings import Pap, Tlp
from longwatch.records.models import RecordKind
from longwatch.records.reference import WORK_PERMISSION, RecordRef, placed
from longwatch.search.naming import Named
from longwatch.search.records_directory import described, record_ref

MOST_BASES = 50


@dataclass(frozen=True, slots=True)
class Basis:
    """A record on which something can rest, in words."""

    key: str
    words: str


class _BasisForm(forms.Form):
    """On the basis of which record, and why."""

    basis = forms.ChoiceField(
        label=_("On the basis of"), error_messages={"required": _("Choose a record.")},
        help_text=_("Who may see this record, sees what you say here. Nobody else does."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), max_length=500, error_messages={"required": _("Say why.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, bases: Sequence[Basis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["basis"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.key, each.words) for each in bases]

    def record(self, actor: Actor) -> RecordRef:
        """The record that was chosen; refuses (404) one that the actor may not see."""
        kind, record_id, compartment_id = self.cleaned_data["basis"].split(":")
        ref, _actor = record_ref(kind, UUID(record_id), actor)
        return placed(ref, UUID(compartment_id))


class IdentityForm(_BasisForm):
    """What else it is called, or what it is not."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=EntityKind.choices, error_messages={"required": _("Choose what it is.")}
    )
    value = forms.CharField(
        label=_("Name or value"), max_length=LONGEST_VALUE, error_messages={"required": _("Give a name or value.")},
        help_text=_("What no record names yet becomes an alias."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("kind", "value", "basis", "reason")


class MarkingForm(_BasisForm):
    """With whom it may be shared, and what may be done with it."""

    tlp = forms.ChoiceField(
        label=_("Sharing (TLP)"), required=False, choices=[("", _("Not said")), *Tlp.choices],
        help_text=_("With whom what is known of it may be shared."),
    )  # fmt: skip
    pap = forms.ChoiceField(
        label=_("Acting (PAP)"), required=False, choices=[("", _("Not said")), *Pap.choices],
        help_text=_("What may be done with it so that whom it is about does not notice."),
    )  # fmt: skip
    field_order = ("tlp", "pap", "basis", "reason")


def bases(named: Sequence[Named], actor: Actor) -> list[Basis]:
    """Those of these records that the actor may work on, widest first, each part of them once."""
    found = {}
    for each in named:
        if actor.may(WORK_PERMISSION[RecordKind(each.record_kind)]):
            found[f"{each.record_kind}:{each.record_id}:{each.compartment.id}"] = each
    records = described([(each.record_kind, each.record_id) for each in found.values()])
    return [
        Basis(key, _words(records[each.record_id].name, records[each.record_id].title, _section(each.compartment)))
        for key, each in list(found.items())[:MOST_BASES]
        if each.record_id in records
    ]


def require_bases(found: Sequence[Basis]) -> None:
    """Refuse (404) whoever may work on nothing that names it."""
    if not found:
        raise NotFound


def _words(name: str, title: str, section: str) -> str:
    words = title if name == title else f"{name} {title}"
    return _t("%(record)s, section %(section)s") % {"record": words, "section": section} if section else words


def _section(compartment: Any) -> str:
    return "" if compartment.section in ("", "core") else str(compartment.get_section_display())
