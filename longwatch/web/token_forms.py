# SPDX-License-Identifier: Apache-2.0
"""The forms that make API tokens: one's own, and those of programs."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.access import selectors
from longwatch.access.models import Account
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.web.templatetags.longwatch import permission_name

# What people call it, and what the API does.
NAMED = '<span class="choice-named">{} <span class="muted small mono">{}</span></span>'
NEVER, ON_A_DAY = "never", "day"
ENDS = (
    (NEVER, gettext_lazy("Never")),
    ("30", gettext_lazy("After 30 days")),
    ("90", gettext_lazy("After 90 days")),
    (ON_A_DAY, gettext_lazy("At the end of a day")),
)


class OwnTokenForm(forms.Form):
    """What for, how much of what the person may do, and until when."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter what the token is for.")},
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that the token may do.")},
    )
    expires = forms.ChoiceField(label=gettext_lazy("Stops working"), choices=ENDS, initial=NEVER, required=False)
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Only for “At the end of a day”."), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(sorted(by.permissions))

    def offer(self, permissions: Iterable[str]) -> None:
        """Let these permissions be chosen."""
        named = [(each, format_html(NAMED, permission_name(each), each)) for each in permissions]
        self.fields["permissions"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Add `expires_at`, the moment that was chosen."""
        given = super().clean() or self.cleaned_data
        end, day = given.get("expires") or NEVER, given.get("expires_on")
        if end == ON_A_DAY and day is None and "expires_on" not in self.errors:
            self.add_error("expires_on", _("Give the last day on which it works."))
        given["expires_at"] = _moment(end, day)
        if given["expires_at"] is not None and given["expires_at"] <= clock.now():
            self.add_error("expires_on", _("Give a day that is not over."))
        return given


class ProgramTokenForm(OwnTokenForm):
    """For which program, too."""

    account = forms.ModelChoiceField(
        label=gettext_lazy("Acts as"),
        empty_label=gettext_lazy("Choose a program"),
        queryset=Account.objects.none(),
        error_messages={"required": gettext_lazy("Choose the program that the token acts as.")},
    )
    field_order = ("label", "account", "permissions", "expires", "expires_on")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.offer([str(each) for each in Permission])
        self.fields["permissions"].initial = [str(Permission.SIGNAL_SUBMIT)]
        self.fields["account"].queryset = selectors.programs(by)  # type: ignore[attr-defined]


def _moment(end: str, day: date | None) -> datetime | None:
    if end == ON_A_DAY:
        return None if day is None else day_after(day)
    return None if end == NEVER else clock.now() + timedelta(days=int(end))


def day_after(day: date) -> datetime:
    """The moment in which a day is over, where the reader is."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())
