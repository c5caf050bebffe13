# SPDX-License-Identifier: Apache-2.0
"""Forms of the inbox: its filter, and the outcomes that need more than a key."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import uuid_or_none
from longwatch.intake.inbox import InboxFilter
from longwatch.intake.models import DismissReason, SignalKind, Source
from longwatch.records.severity import Severity

SHOW = [("open", _("To judge")), ("snoozed", _("Snoozed")), ("quiet", _("Kept quiet")), ("judged", _("Judged"))]
SORT = [("newest", _("Newest first")), ("severe", _("Most severe first"))]
AGE = [
    ("", _("Any age")),
    ("hour", _("Last hour")),
    ("day", _("Last 24 hours")),
    ("week", _("Last 7 days")),
    ("day-older", _("Older than a day")),
    ("week-older", _("Older than a week")),
]
ASSIGNED = [("", _("Anybody or nobody")), ("me", _("Me")), ("nobody", _("Nobody"))]
SNOOZES = [
    ("hour", _("1 hour")),
    ("four", _("4 hours")),
    ("tomorrow", _("Tomorrow morning")),
    ("monday", _("Monday morning")),
]
MORNING = time(8, 0)


class FilterForm(forms.Form):
    """What the address of the inbox may say; an unknown value counts as not said."""

    words = forms.CharField(required=False, max_length=300, label=_("Words"))
    sort = forms.ChoiceField(required=False, choices=SORT, label=_("Order"))
    severity = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=Severity.choices, label=_("Severity"), widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(required=False, choices=[("", _("Any kind")), *SignalKind.choices], label=_("Kind"))
    source = forms.UUIDField(required=False, label=_("Source"))
    assigned = forms.ChoiceField(required=False, choices=ASSIGNED, label=_("Assigned to"))
    age = forms.ChoiceField(required=False, choices=AGE, label=_("Age"))
    place = forms.CharField(required=False, max_length=100, label=_("Place"))
    entity = forms.UUIDField(required=False, widget=forms.HiddenInput)
    show = forms.ChoiceField(required=False, choices=SHOW, widget=forms.HiddenInput)

    def offer(self, sources: Sequence[Source]) -> "FilterForm":
        """Fill the choices that depend on the organisation."""
        named = [(str(source.id), source.name) for source in sources]
        self.fields["source"].widget = forms.Select(choices=[("", _("Any source")), *named])
        return self

    def wanted(self) -> InboxFilter:
        """The filter, made of what is valid."""
        self.is_valid()
        good: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        if "severity" in good:
            good["severity"] = tuple(sorted(good["severity"]))
        return InboxFilter(**good)


class DismissForm(forms.Form):
    """Why it needs nothing more."""

    reason = forms.ChoiceField(
        choices=[c for c in DismissReason.choices if c[0] != DismissReason.DUPLICATE],
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(required=False, max_length=500, label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}))


class SnoozeForm(forms.Form):
    """Until when it should leave the inbox: one of a few moments, or a chosen one."""

    preset = forms.ChoiceField(required=False, choices=SNOOZES)
    until = forms.DateTimeField(
        required=False, label=_("Or until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse when nothing was chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("preset") and not cleaned.get("until"):
            self.add_error("until", _("Choose until when."))
        return cleaned

    def moment(self) -> datetime:
        """The chosen moment."""
        chosen: datetime | None = self.cleaned_data.get("until")
        return chosen or snooze_moment(self.cleaned_data["preset"], clock.now())


class DuplicateForm(forms.Form):
    """Which signal it repeats, as an identifier or the address of its page."""

    of = forms.CharField(
        max_length=300,
        label=_("Duplicate of"),
        error_messages={"required": _("Choose a signal, or paste the address of its page.")},
    )

    def clean_of(self) -> UUID:
        """The identifier in what was given."""
        text = str(self.cleaned_data["of"]).strip().rstrip("/").rpartition("/")[2]
        if not is_uuid(text):
            raise forms.ValidationError(_("Choose a signal, or paste the address of its page."))
        return UUID(text)


class AssignForm(forms.Form):
    """Who is to judge it: somebody, me, or nobody."""

    account = forms.CharField(required=False, max_length=40)

    def chosen(self, me: UUID) -> UUID | None:
        """The account, or None for nobody."""
        text = self.cleaned_data["account"]
        return me if text == "me" else UUID(text) if text else None

    def clean_account(self) -> str:
        """Refuse what is no account's identifier."""
        text = str(self.cleaned_data["account"])
        if text not in ("", "me") and not is_uuid(text):
            raise forms.ValidationError(_("Choose somebody from the list."))
        return text


class BulkForm(forms.Form):
    """The chosen rows and what is to become of them."""

    act = forms.ChoiceField(
        choices=[(name, name) for name in ("acknowledge", "assign", "dismiss", "snooze")],
        error_messages={"required": _("Choose what is to become of them.")},
    )
    list = forms.CharField(required=False)


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID."""
    return uuid_or_none(text) is not None


def snooze_moment(preset: str, now: datetime) -> datetime:
    """The moment that a preset means, in the reader's time zone."""
    if preset in ("hour", "four"):
        return now + timedelta(hours=1 if preset == "hour" else 4)
    local = timezone.localtime(now)
    days = 1 if preset == "tomorrow" else 7 - local.weekday()
    morning = datetime.combine(local.date() + timedelta(days=days), MORNING)
    return timezone.make_aware(morning, timezone.get_current_timezone())


class ReplyForm(forms.Form):
    """What the team writes to a reporter."""

    text = forms.CharField(
        label=_("To the reporter"), max_length=10_000, required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "dir": "auto", "placeholder": _("Ask the reporter, or tell them how it stands")}
        ),
    )  # fmt: skip


class DisclosureForm(forms.Form):
    """A custodian's decision."""

    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=30, initial=3,
        error_messages={"required": _("Enter for how many days.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why, and on what conditions"), max_length=2_000, required=False,
        help_text=_("Needed when you refuse."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
