# SPDX-License-Identifier: Apache-2.0
"""What people type about cases."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.cases.models import CaseType, Conclusion, FindingKind, Monitoring, ResidualRisk
from longwatch.cases.rules import LONGEST_INTERVAL_DAYS, LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from longwatch.records.categories import ALL
from longwatch.records.forms import moment_field
from longwatch.records.models import LinkKind, Severity

Choices = list[tuple[str, str]]


def _text(
    label: Any, *, rows: int = 4, required: bool = False, error: Any = "", help_text: Any = ""
) -> forms.CharField:
    messages = {"required": error} if error else {}
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=required, widget=widget, error_messages=messages,
        help_text=help_text,
    )  # fmt: skip


def _reason(label: Any, error: Any, rows: int = 3) -> forms.CharField:
    return _text(label, rows=rows, required=True, error=error)


class DescriptionForm(forms.Form):
    """What the case is about."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, error_messages={"required": _("Give the case a title.")},
        help_text=_("Only members will see it."), widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    type = forms.ChoiceField(
        label=_("Type"), choices=[("", _("Choose a type")), *CaseType.choices],
        error_messages={"required": _("Choose the type of case.")},
    )  # fmt: skip
    summary = _text(_("Summary"), rows=6, help_text=_("What is the matter, in a few sentences."))


class AmendForm(DescriptionForm):
    """The same of a case that is there, as somebody last saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OpenForm(DescriptionForm):
    """A new case, with what it comes from."""

    lead = forms.ChoiceField(
        label=_("Lead"), required=False, help_text=_("Without a lead the case stays open. You can name one later.")
    )
    incidents = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    signals = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, leads: Choices, incidents: Choices, signals: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", str(_("Nobody yet"))), *leads]  # type: ignore[attr-defined]
        self.fields["incidents"].choices = incidents  # type: ignore[attr-defined]
        self.fields["signals"].choices = signals  # type: ignore[attr-defined]


class AddIncidentForm(forms.Form):
    """Which case an incident joins."""

    case = forms.ChoiceField(
        label=_("Case"), error_messages={"required": _("Choose a case.")},
        help_text=_("The cases that you are a member of and that are not closed."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why it belongs there"), max_length=300, required=False)

    def __init__(self, *args: Any, cases: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [("", str(_("Choose a case"))), *cases]  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """One of some people."""

    account = forms.ChoiceField(label=_("Person"), error_messages={"required": _("Choose a person.")})

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", str(_("Choose a person"))), *people]  # type: ignore[attr-defined]


class LeadForm(PersonForm):
    """Who leads."""


class MemberForm(PersonForm):
    """Who is let in, and why."""

    reason = _reason(_("Why they need to know"), _("Say why they need to know."))


class ReasonForm(forms.Form):
    """A reason, alone."""

    reason = _reason(_("Reason"), _("Write a reason."))

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label


class ReasonsForm(forms.Form):
    """Why a closure goes back."""

    reasons = _reason(_("What must be put right"), _("Say what must be put right."), rows=4)


class HoldForm(forms.Form):
    """Why and until when a case rests."""

    reason = forms.CharField(
        label=_("Why it is put on hold"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the case is put on hold.")},
    )  # fmt: skip
    review_on = forms.DateField(
        label=_("Look again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day on which somebody looks again.")},
    )  # fmt: skip


class SectionForm(forms.Form):
    """A form whose content is read in one section; there is nothing to choose while the reader is inside none."""

    section = forms.ChoiceField(label=_("Who can read it"), required=False)

    def __init__(self, *args: Any, sections: Choices = (), **kwargs: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kwargs)
        if sections:
            whole = ("", str(_("The whole case")))
            self.fields["section"].choices = [whole, *sections]  # type: ignore[attr-defined]
            self.order_fields([name for name in self.fields if name != "section"])
        else:
            del self.fields["section"]

    def placed(self) -> dict[str, Any]:
        """What was typed, with the section as services take it."""
        values = dict(self.cleaned_data)
        text = values.pop("section", "")
        return values | {"section_id": UUID(text) if text else None}


class AllegationForm(SectionForm):
    """What the case has to answer."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=FindingKind.choices,
        initial=FindingKind.ALLEGATION,
        error_messages={"required": _("Choose the kind of question.")},
    )
    text = _reason(_("What is alleged or asked"), _("Write what is alleged or asked."))


class FindingForm(forms.Form):
    """What was found."""

    conclusion = forms.ChoiceField(
        label=_("Finding"), choices=Conclusion.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was found.")},
    )  # fmt: skip
    reasoning = _reason(_("What it rests on"), _("Say what the finding rests on."), rows=6)


class DecisionForm(SectionForm):
    """A decision as it was taken."""

    what = _reason(_("What was decided"), _("Say what was decided."))
    why = _reason(_("Why"), _("Say why."))
    alternatives = _text(_("What else was considered"), rows=3)
    decided_by = forms.ChoiceField(label=_("Decided by"), error_messages={"required": _("Choose who decided.")})
    decided_at = moment_field(_("When it was decided"), help_text=_("Leave it empty for now."))

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_by"].choices = people  # type: ignore[attr-defined]


class ClosureForm(forms.Form):
    """The closure, written bit by bit; only the request asks for all of it.

    So no field is marked optional, and none is missed while a draft is saved.
    """

    use_required_attribute = False

    findings = _text(_("Findings"), help_text=_("What happened, as far as it could be established."))
    root_cause = _text(_("Root cause"), rows=3)
    actions_taken = _text(_("Actions taken"), rows=3)
    remediation = _text(_("Remediation"), rows=3, help_text=_("What was repaired or made good."))
    lessons_learned = _text(_("Lessons learned"), rows=3)
    prevention = _text(_("Prevention"), rows=3, help_text=_("What keeps it from happening again."))
    residual_risk = forms.ChoiceField(
        label=_("Residual risk"), required=False, choices=ResidualRisk.choices, widget=forms.RadioSelect
    )
    residual_risk_rationale = _text(_("Why the risk is judged so"), rows=3)
    monitoring_decision = forms.ChoiceField(
        label=_("Monitoring"), required=False, choices=Monitoring.choices, widget=forms.RadioSelect
    )
    monitoring_interval_days = forms.IntegerField(
        label=_("Every how many days"), required=False, min_value=1, max_value=LONGEST_INTERVAL_DAYS
    )
    monitoring_owner_id = forms.TypedChoiceField(label=_("Who monitors"), required=False, empty_value=None)
    monitoring_trigger = _text(_("What would reopen the case"), rows=2)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["monitoring_owner_id"]
        owner.choices = [("", str(_("Nobody yet"))), *people]  # type: ignore[attr-defined]
        self._ask_for_all(asked=True)

    def full_clean(self) -> None:
        """Accept what is written so far."""
        self._ask_for_all(asked=False)
        super().full_clean()
        self._ask_for_all(asked=True)

    def _ask_for_all(self, *, asked: bool) -> None:
        for field in self.fields.values():
            field.required = asked


class LinkCaseForm(forms.Form):
    """Which other case, and how the two belong together."""

    case = forms.ChoiceField(label=_("Case"), error_messages={"required": _("Choose a case.")})
    kind = forms.ChoiceField(
        label=_("How they belong together"),
        choices=[
            (LinkKind.RELATED.value, _("This case is related to it")),
            (LinkKind.DUPLICATE.value, _("This case is a duplicate of it")),
            (LinkKind.PARENT.value, _("This case is the parent of it")),
        ],
        error_messages={"required": _("Choose how they belong together.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, cases: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [("", str(_("Choose a case"))), *cases]  # type: ignore[attr-defined]


class LinkIncidentForm(forms.Form):
    """An incident that the case handles from now on."""

    incident = forms.CharField(
        label=_("Incident"), max_length=24, error_messages={"required": _("Write the reference of the incident.")},
        help_text=_("Its reference, such as INC-2026-0142."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why it belongs here"), max_length=300, required=False)


class RaiseIncidentForm(forms.Form):
    """A new incident out of the case; what is typed here is all that its readers learn."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, error_messages={"required": _("Say what is happening.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("Choose a category")), *((c.code, f"{c.group}: {c.name}") for c in ALL)],
        error_messages={"required": _("Choose a category.")},
    )  # fmt: skip
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.MEDIUM.value,
        error_messages={"required": _("Choose a severity.")},
    )
    severity_reason = forms.CharField(
        label=_("Why this severity"), max_length=300, error_messages={"required": _("Say why this severity.")}
    )
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
