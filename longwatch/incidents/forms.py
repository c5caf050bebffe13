# SPDX-License-Identifier: Apache-2.0
"""What people fill in about incidents."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.incidents.models import CaseAnswer, Disposition, Incident, ResponderRole
from longwatch.incidents.rules import LONGEST_REASON
from longwatch.records.categories import category_of, grouped_choices
from longwatch.records.forms import moment_field
from longwatch.records.models import Severity

WORST_FIRST = [(s.value, s.label) for s in sorted(Severity, reverse=True)]


class PlaceFields(forms.Form):
    """Where it is: in words, and as a point on the map."""

    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)


class OpenForm(PlaceFields):
    """A new incident."""

    title = forms.CharField(
        label=_("What is happening"), max_length=300, error_messages={"required": _("Say in a few words what it is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), error_messages={"required": _("Choose a category.")})
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=[("", _("As the category proposes")), *WORST_FIRST], coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    severity_reason = forms.CharField(label=_("Why this severity"), max_length=LONGEST_REASON, required=False)
    summary = forms.CharField(
        label=_("What is known so far"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    occurred_at = moment_field(_("When it happened"), help_text=_("Leave it empty when it is happening now."))
    visibility = forms.ChoiceField(
        label=_("Who may read it"), required=False, widget=forms.RadioSelect, initial="category",
        choices=[
            ("category", _("As the category proposes")), ("open", _("Everybody who handles incidents")),
            ("named", _("Only the opener, the commander and the responders")),
        ],
    )  # fmt: skip
    commander = forms.ChoiceField(label=_("Commander"), required=False)
    is_drill = forms.BooleanField(label=_("This is a drill or test"), required=False)
    signals = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", _("Choose…")), *grouped_choices()]
        fields["commander"].choices = [("", _("Nobody yet")), *people]

    def clean_signals(self) -> list[UUID]:
        """The identifiers of the signals."""
        try:
            return [UUID(text) for text in self.cleaned_data["signals"].split(",") if text]
        except ValueError as error:
            raise forms.ValidationError(_("Choose the signals again.")) from error

    def facts(self) -> dict[str, Any]:
        """The values as `open_incident` takes them."""
        values = self.cleaned_data
        restricted = {"open": False, "named": True}.get(values["visibility"])
        named = ("title", "category", "severity", "severity_reason", "summary", "place", "latitude", "longitude")
        return {name: values[name] for name in (*named, "occurred_at", "is_drill")} | {
            "signal_ids": values["signals"], "restricted": restricted,
            "commander_id": UUID(values["commander"]) if values["commander"] else None,
        }  # fmt: skip


class AmendForm(PlaceFields):
    """What describes an incident."""

    title = forms.CharField(
        label=_("Title"), max_length=300, error_messages={"required": _("Say in a few words what it is.")}
    )
    category = forms.ChoiceField(label=_("Category"), error_messages={"required": _("Choose a category.")})
    summary = forms.CharField(
        label=_("What is known"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    occurred_at = moment_field(_("When it happened"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("title", "category", "summary", "place", "occurred_at")

    def __init__(self, data: Any = None, *, incident: Incident) -> None:
        names = ("title", "category", "summary", "occurred_at", "place", "latitude", "longitude", "version")
        super().__init__(data, initial={name: getattr(incident, name) for name in names})
        fields: dict[str, Any] = self.fields
        fields["category"].choices = grouped_choices()

    def changes(self) -> dict[str, Any]:
        """The values as `amend_incident` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NextActionForm(forms.Form):
    """What is to be done next, and until when."""

    next_action = forms.CharField(
        label=_("Next action"), max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    next_action_due = moment_field(_("Due"))


class SeverityForm(forms.Form):
    """Another severity, and why."""

    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=WORST_FIRST, coerce=int, error_messages={"required": _("Choose a severity.")}
    )
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, error_messages={"required": _("Say why the severity changes.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, error_messages={"required": _("Give a reason.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class CommandForm(forms.Form):
    """Who commands from now on."""

    account = forms.ChoiceField(label=_("New commander"), required=False)
    reason = forms.CharField(label=_("What they should know"), max_length=LONGEST_REASON, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["account"].choices = [*people, ("", _("Nobody for now"))]


class ResponderForm(forms.Form):
    """Who joins, as what."""

    account = forms.ChoiceField(label=_("Person"), error_messages={"required": _("Choose a person.")})
    role = forms.ChoiceField(
        label=_("Role"), initial=ResponderRole.RESPONDER,
        choices=[c for c in ResponderRole.choices if c[0] != ResponderRole.COMMANDER],
        error_messages={"required": _("Choose a role.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["account"].choices = [("", _("Choose…")), *people]


class CloseForm(forms.Form):
    """How it ended."""

    proposed = ("summary",)  # Filled in for a start, not stored as what is typed here.
    disposition = forms.ChoiceField(
        label=_("How it ended"), choices=[("", _("Choose…")), *Disposition.choices],
        error_messages={"required": _("Choose how it ended.")},
    )  # fmt: skip
    summary = forms.CharField(
        label=_("Summary"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happened, what was done, what remains. Somebody who was not there should understand it."),
        error_messages={"required": _("Say in a few sentences what happened and what was done.")},
    )  # fmt: skip
    case_answer = forms.ChoiceField(
        label=_("Is a case opened or updated?"), choices=CaseAnswer.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Answer whether a case is opened or updated.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, incident: Incident, has_case: bool = False) -> None:
        first = {"summary": incident.closing_summary or incident.summary, "version": incident.version}
        if has_case:
            first["case_answer"] = CaseAnswer.UPDATED
        super().__init__(data, initial=first)
        if category_of(incident.category).case == "expected":
            self.fields["case_answer"].help_text = _("Incidents of this category are expected to lead to a case.")


class ChooseIncidentForm(forms.Form):
    """Another incident, and why."""

    other = forms.CharField(
        label=_("Reference of the other incident"), max_length=24,
        error_messages={"required": _("Give the reference of the other incident.")},
        widget=forms.TextInput(attrs={"placeholder": "INC-2026-0142", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=LONGEST_REASON, required=False)
