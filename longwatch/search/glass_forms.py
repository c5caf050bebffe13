# SPDX-License-Identifier: Apache-2.0
"""Forms of the questions that reach across compartments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.access.oversight import GlassOutcome, GlassReason
from longwatch.entities.kinds import EntityKind

MINUTES = ((15, _("15 minutes")), (30, _("30 minutes")), (60, _("60 minutes")))


class GlassForm(forms.Form):
    """Which record, why, for how long."""

    reference = forms.CharField(
        label=_("Reference of the record"), max_length=24, help_text=_("Such as CASE-7K3F-Q2 or INC-2026-0142."),
        error_messages={"required": _("Enter the reference of one record.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    reason_code = forms.ChoiceField(
        label=_("Why"), choices=GlassReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("In your words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The members of the record and the privacy officers read this at once."),
        error_messages={"required": _("Say why, in a sentence.")},
    )  # fmt: skip
    minutes = forms.TypedChoiceField(
        label=_("For how long"), choices=MINUTES, coerce=int, initial=15,
        error_messages={"required": _("Choose for how long.")},
    )  # fmt: skip


class ReviewForm(forms.Form):
    """What a privacy officer found."""

    outcome = forms.ChoiceField(
        label=_("Was it justified?"), choices=GlassOutcome.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it was justified.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why you think so"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you looked at and why you think so.")},
    )  # fmt: skip


class MatchForm(forms.Form):
    """Whom or what to ask about, and why."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=EntityKind.choices, error_messages={"required": _("Choose what it is.")}
    )
    value = forms.CharField(
        label=_("Name, address, number or plate"), max_length=500,
        help_text=_("It has to be the same, apart from case, spaces and punctuation of numbers."),
        error_messages={"required": _("Enter whom or what to ask about.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why you ask"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Each record that answers keeps your name and this sentence."),
        error_messages={"required": _("Say why you ask.")},
    )  # fmt: skip
