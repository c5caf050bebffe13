# SPDX-License-Identifier: Apache-2.0
"""The public report form: four questions, how to reach the reporter if they wish, and proof that a person filled it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import receipt_number
from longwatch.evidence.services.receiving import Upload
from longwatch.records.severity import Severity

SALT = "longwatch.intake.report"
LONGEST_TOKEN_AGE = 24 * 3600
QUICKEST_SECONDS = 4
MOST_FILES = 10
MOST_BYTES = 50_000_000

CATEGORIES = [
    ("threat", _("A threat")),
    ("suspicious", _("A suspicious person or vehicle")),
    ("theft", _("Theft or damage")),
    ("harassment", _("Harassment")),
    ("injury", _("Somebody is hurt")),
    ("cyber", _("Computers, accounts or data")),
    ("other", _("Something else")),
]
# Where a person's account starts in the inbox; triage judges it.
CATEGORY_SEVERITY = {
    "threat": Severity.HIGH, "injury": Severity.HIGH, "harassment": Severity.MEDIUM, "suspicious": Severity.MEDIUM,
    "theft": Severity.MEDIUM, "cyber": Severity.MEDIUM,
}  # fmt: skip
MOMENTS = [("now", _("It is happening now")), ("earlier", _("Earlier"))]


class ReportForm(forms.Form):
    """What somebody wants to tell."""

    what = forms.CharField(
        label=_("What happened?"),
        help_text=_("In your own words. Say what you saw, heard or received."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what happened. A few words are enough.")},
    )
    category = forms.ChoiceField(
        label=_("What kind of thing is it?"), choices=CATEGORIES, required=False, widget=forms.RadioSelect
    )
    where = forms.CharField(
        label=_("Where?"), help_text=_("An address, a building, a room, a street corner, a website."), max_length=300,
        required=False,
    )  # fmt: skip
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90, localize=False)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180, localize=False)
    moment = forms.ChoiceField(label=_("When?"), choices=MOMENTS, required=False, widget=forms.RadioSelect)
    when = forms.CharField(
        label=_("If earlier, when was it?"), help_text=_("For example: yesterday at about 6 in the evening."),
        max_length=300, required=False,
    )  # fmt: skip
    who = forms.CharField(
        label=_("Who is involved?"),
        help_text=_("Names if you know them, or what they look like, their car, their account."),
        max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Your phone number"), max_length=50, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write an address such as name@example.org, or leave it empty.")},
    )  # fmt: skip
    keep_from = forms.CharField(
        label=_("Who must not see this report?"),
        help_text=_("For example your manager. Write full names or work e-mail addresses. They are not told."),
        max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    # Offered to those who are signed in.
    anonymous = forms.BooleanField(
        label=_("Send it without my account"), required=False,
        help_text=_("It will not be listed under “My reports”. Empty the fields above too."),
    )  # fmt: skip
    # Nobody sees this field, so whoever fills it is a program.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    lang = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Refuse what only a program would fill."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the field “Website” empty. Your text is still here."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse half a pair of coordinates."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("latitude", _("Give latitude and longitude together, or neither."))
        return cleaned

    def answers(self) -> list[tuple[str, str, str]]:
        """What was answered, for checking: field, question, answer."""
        shown = ("what", "category", "where", "moment", "when", "who", "keep_from", "name", "phone", "email")
        found = []
        for name in shown:
            value = str(self.cleaned_data.get(name) or "")
            if name in ("when", "keep_from") and not value:
                continue
            choices = dict(getattr(self.fields[name], "choices", ()))
            found.append((name, str(self.fields[name].label), str(choices.get(value, value))))
        return found


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesForm(forms.Form):
    """Photos and files to go with a report; asked last, so that nothing is kept of a report that is not sent."""

    uploads = forms.FileField(
        label=_("Photos or files"), required=False, widget=ManyFiles(attrs={"multiple": True}),
        help_text=_("Up to 10 files, 50 MB together. Photos may contain the place and time where they were taken."),
    )  # fmt: skip

    def refuse(self, sentence: str, field: str = NON_FIELD_ERRORS) -> None:
        """Say what is wrong with the files, or with the sending as a whole."""
        self.errors.setdefault(field, self.error_class([sentence]))


class FollowUpForm(forms.Form):
    """The receipt number of a report."""

    receipt = forms.CharField(
        label=_("Receipt number"), help_text=_("Twenty digits, for example 1234-5678-9012-3456-7890."), max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the receipt number that you were given.")},
    )  # fmt: skip
    lang = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """What the reporter writes to the team."""

    text = forms.CharField(
        label=_("Write to the team"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    uploads = forms.FileField(
        label=_("Photos or files"), required=False, widget=ManyFiles(attrs={"multiple": True}),
        help_text=_("Up to 10 files, 50 MB together. Photos may contain the place and time where they were taken."),
    )  # fmt: skip
    key = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    lang = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)


def too_much(files: Sequence[Upload]) -> str:
    """What is wrong with the files, or nothing."""
    if len(files) > MOST_FILES:
        return str(_("Choose at most 10 files. Your text is still here; choose the files again."))
    if sum(each.size or 0 for each in files) > MOST_BYTES:
        return str(
            _("The files are larger than 50 MB together. Your text is still here; choose fewer or smaller files.")
        )
    return ""


def new_token() -> str:
    """A signed mark of when the form was opened, with the receipt number that the report will have.

    The number makes sending twice harmless: the same report is received once more, not stored as another.
    """
    return signing.dumps({"at": int(clock.now().timestamp()), "receipt": receipt_number()}, salt=SALT)


def read_token(token: str) -> Mapping[str, Any] | None:
    """What the mark says; None when it is not ours or older than a day."""
    try:
        read: Mapping[str, Any] = signing.loads(token, salt=SALT, max_age=LONGEST_TOKEN_AGE)
    except signing.BadSignature:
        return None
    return read


def too_quick(token: Mapping[str, Any]) -> bool:
    """Whether the form was filled faster than a person can."""
    return clock.now().timestamp() - int(token["at"]) < QUICKEST_SECONDS
