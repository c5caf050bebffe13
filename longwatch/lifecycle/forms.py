# SPDX-License-Identifier: Apache-2.0
"""What people type about holds, retention and disposals."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.entities.kinds import EntityKind
from longwatch.lifecycle.models import Basis, HoldScope, Outcome
from longwatch.lifecycle.rules import LONGEST_MATTER, LONGEST_REASON

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GOING = [choice for choice in Outcome.choices if choice[0] != Outcome.KEEP]


def _reason(label: "StrOrPromise", help_text: "StrOrPromise" = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": _("Say why, in a sentence.")},
    )  # fmt: skip


class HoldForm(forms.Form):
    """A hold on the record whose page this is."""

    matter = forms.CharField(
        label=_("Matter"), max_length=LONGEST_MATTER, help_text=_("Such as a file number of the court or of counsel."),
        error_messages={"required": _("Name the matter.")},
    )  # fmt: skip
    reason = _reason(_("Why everything has to be kept"))


class WideHoldForm(HoldForm):
    """A hold that reaches beyond one record."""

    scope = forms.ChoiceField(
        label=_("What it covers"), choices=[c for c in HoldScope.choices if c[0] != HoldScope.RECORD],
        widget=forms.RadioSelect, initial=HoldScope.ENTITY, error_messages={"required": _("Choose what it covers.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What it is"), choices=EntityKind.choices, required=False)
    value = forms.CharField(
        label=_("Name, address, number or plate"), max_length=500, required=False,
        help_text=_("Every record that names exactly this is kept, also those that come later."),
    )  # fmt: skip
    field_order = ("scope", "kind", "value", "matter", "reason")


class ReasonForm(forms.Form):
    """Why a hold ends."""

    reason = _reason(_("Why"))


class ProposalForm(forms.Form):
    """What is to become of a record."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=GOING,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of it.")},
    )
    basis = forms.ChoiceField(
        label=_("On what ground"), choices=Basis.choices, error_messages={"required": _("Choose the ground.")}
    )
    note = _reason(_("In your words"), _("Needed when the retention time is not over."), required=False)


class DecisionForm(forms.Form):
    """The second person's answer."""

    decision = forms.ChoiceField(
        label=_("Your decision"), choices=[("approve", _("Let it go")), ("keep", _("Keep it longer"))],
        widget=forms.RadioSelect, error_messages={"required": _("Choose your decision.")},
    )  # fmt: skip
    until = forms.DateField(
        label=_("Keep until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Only when you keep it longer."),
    )  # fmt: skip
    reason = _reason(_("Why"), _("Needed when you keep it longer."), required=False)


class RetentionForm(forms.Form):
    """How long a class is kept from now on."""

    years = forms.IntegerField(
        label=_("Years after closing"),
        min_value=1,
        max_value=100,
        error_messages={"required": _("Enter how many years.")},
    )
    outcome = forms.ChoiceField(
        label=_("What becomes of it then"),
        choices=Outcome.choices,
        error_messages={"required": _("Choose what becomes of it.")},
    )
    reason = _reason(_("Why it changes"))
