# SPDX-License-Identifier: Apache-2.0
"""What people type about holds, retention, disposals and requests of data subjects."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.core.words import LONGEST_REASON
from longwatch.entities.kinds import EntityKind
from longwatch.lifecycle.models import (
    Basis,
    FindingChoice,
    FindingGround,
    HoldScope,
    Outcome,
    RequestAnswer,
    RequestKind,
)
from longwatch.lifecycle.retention import MOST_DAYS
from longwatch.lifecycle.rules import LONGEST_EXTRACT, LONGEST_MATTER, choices_for
from longwatch.lifecycle.subjects import identifiers_in

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GOING = [choice for choice in Outcome.choices if choice[0] in (Outcome.ANONYMISE, Outcome.DISPOSE)]
BECOMING = [choice for choice in Outcome.choices if choice[0] != Outcome.PERSON]


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
        label=_("Years after closing"), min_value=1, max_value=100,
        error_messages={"required": _("Enter how many years.")},
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days after it was dismissed"), min_value=1, max_value=MOST_DAYS,
        error_messages={"required": _("Enter how many days.")},
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("What becomes of it then"), choices=BECOMING,
        error_messages={"required": _("Choose what becomes of it.")},
    )  # fmt: skip
    reason = _reason(_("Why it changes"))

    def __init__(self, *args: Any, in_days: bool, **more: Any) -> None:
        """Years or days, as the class has it."""
        super().__init__(*args, **more)
        del self.fields["years" if in_days else "days"]


class SignalsForm(forms.Form):
    """That signals go; there is nothing to choose."""


class PersonForm(forms.Form):
    """One person, who goes from a record that stays."""

    words = forms.CharField(
        label=_("Name, and other names, addresses and numbers"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line, as the record has them."),
        error_messages={"required": _("Write what the person is called.")},
    )  # fmt: skip
    note = _reason(_("Why"), _("Such as: asked for it on 3 March, see the request."))

    def clean_words(self) -> list[str]:
        """Each of them."""
        return [each["value"] for each in identifiers_in(self.cleaned_data["words"])]


class RequestForm(forms.Form):
    """What a data subject asks for."""

    kind = forms.ChoiceField(
        label=_("What is asked for"), choices=RequestKind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is asked for.")},
    )  # fmt: skip
    person = forms.CharField(
        label=_("Who it is about"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The name as records would have it."), error_messages={"required": _("Write who it is about.")},
    )  # fmt: skip
    identifiers = forms.CharField(
        label=_("Other names, e-mail addresses and numbers"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line. All of them are searched."),
    )  # fmt: skip
    asker = forms.CharField(
        label=_("Who asks"), max_length=300, help_text=_("The person, or who speaks for them, and how to reach them."),
        error_messages={"required": _("Write who asks.")},
    )  # fmt: skip
    identity_check = _reason(_("How their identity was checked"))
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The answer is due a month later."), error_messages={"required": _("Say when it was received.")},
    )  # fmt: skip

    def clean_identifiers(self) -> list[dict[str, str]]:
        """Each with its kind."""
        return identifiers_in(self.cleaned_data["identifiers"])


class ExtensionForm(forms.Form):
    """Until when the answer takes."""

    until = forms.DateField(
        label=_("New due date"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most three months after it was received."),
        error_messages={"required": _("Choose the new due date.")},
    )  # fmt: skip
    reason = _reason(_("Why it takes longer"), _("The person has to be told, within the first month."))


class AnswerForm(forms.Form):
    """How a request ended."""

    answer = forms.ChoiceField(
        label=_("How it ended"), choices=RequestAnswer.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was answered, and how"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was answered, and how.")},
    )  # fmt: skip


class FindingForm(forms.Form):
    """What becomes of a person's data in one record."""

    choice = forms.ChoiceField(
        label=_("Your decision"), choices=FindingChoice.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose your decision.")},
    )  # fmt: skip
    extract = forms.CharField(
        label=_("What the person gets to read"), required=False, max_length=LONGEST_EXTRACT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("The passages that name them. Take out what is about others, and what tells who reported it."),
    )  # fmt: skip
    ground = forms.ChoiceField(
        label=_("Ground"), required=False, choices=[("", ""), *FindingGround.choices],
        help_text=_("Only when you withhold it. The person reads the ground."),
    )  # fmt: skip
    note = _reason(_("Note"), _("For us; the person does not read it."), required=False)

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        """Only what fits the kind of request; texts only where something is disclosed."""
        super().__init__(*args, **more)
        fitting = choices_for(kind)
        self.fields["choice"].choices = [(each.value, each.label) for each in fitting]  # type: ignore[attr-defined]
        if FindingChoice.DISCLOSE not in fitting:
            del self.fields["extract"]
