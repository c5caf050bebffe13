# SPDX-License-Identifier: Apache-2.0
"""Forms of the inventory and of watch-lists."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.enrichment.inventory_rules import MOST_BYTES
from longwatch.enrichment.models import Criticality
from longwatch.entities.kinds import EntityKind
from longwatch.records.severity import Severity


class ItemForm(forms.Form):
    """An asset or identity."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Enter a name.")})
    identifiers = forms.CharField(
        label=_("Identifiers"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As tools call it, one a line, such as host:web1 or email:ana@example.org."),
    )  # fmt: skip
    criticality = forms.ChoiceField(
        label=_("Criticality"), choices=Criticality.choices, initial=Criticality.NORMAL,
        error_messages={"required": _("Choose how much depends on it.")},
    )  # fmt: skip
    owner = forms.CharField(label=_("Owner"), required=False, max_length=200)
    manager = forms.CharField(label=_("Manager"), required=False, max_length=200)
    site = forms.CharField(label=_("Site"), required=False, max_length=200)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def clean_identifiers(self) -> list[str]:
        """One a line."""
        lines = self.cleaned_data["identifiers"].splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


class TableForm(forms.Form):
    """A table of assets or identities: a file, or the text that was looked at."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(
        label=_("Or paste the table"), required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The first line names columns: name, host, ip, email, account, owner, manager, site, criticality."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The table's text, from either."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > MOST_BYTES:
                raise forms.ValidationError(_("The file is larger than 2 MB. Split it."))
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("The file is not text in UTF-8. Save it as CSV in UTF-8.")) from error
        if not (cleaned.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste a table."))
        return cleaned


class WatchListForm(forms.Form):
    """What a watch-list needs."""

    name = forms.CharField(
        label=_("Name"), max_length=100, error_messages={"required": _("Enter a name for the watch-list.")}
    )
    reason = forms.CharField(
        label=_("Why"), max_length=500, error_messages={"required": _("Say why these are watched for.")}
    )
    owner = forms.CharField(label=_("Who answers for it"), required=False, max_length=200, help_text=_("Empty: you."))
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=366, initial=90,
        error_messages={"required": _("Enter for how many days.")},
    )  # fmt: skip
    severity = forms.TypedChoiceField(
        label=_("Proposes"), required=False, choices=[("", _("Nothing, only tells")), *Severity.choices],
        coerce=int, empty_value=None,
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        values = dict(self.cleaned_data)
        values["expires_at"] = clock.now() + timedelta(days=values.pop("days"))
        return values


class WatchForm(forms.Form):
    """One thing to watch for."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=EntityKind.choices, initial=EntityKind.IP,
        error_messages={"required": _("Choose what it is.")},
    )  # fmt: skip
    value = forms.CharField(
        label=_("Value"), max_length=500, error_messages={"required": _("Enter what to watch for.")}
    )
