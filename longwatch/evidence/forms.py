# SPDX-License-Identifier: Apache-2.0
"""What people type about things that become evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.evidence.services.custody import LONGEST_SEAL, LONGEST_WORDS
from longwatch.evidence.services.items import Item
from longwatch.evidence.services.receiving import LONGEST_NOTE
from longwatch.records.forms import moment_field


def _words(label: Any, *, longest: int = LONGEST_WORDS, error: Any = "", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=bool(error), help_text=help_text,
        error_messages={"required": error} if error else {},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip


class ItemForm(forms.Form):
    """A thing: what it is, where it is kept and by whom, and how it came into evidence."""

    name = _words(_("What it is"), error=_("Say what it is."), help_text=_("Such as “Black backpack, brand Halti”."))
    description = forms.CharField(
        label=_("Description"), max_length=LONGEST_NOTE, required=False,
        help_text=_("Serial numbers, damage, what lay in it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    place = _words(_("Where it is kept"), error=_("Say where it is kept."))
    keeper = _words(_("Who keeps it"), help_text=_("Leave it empty when you do."))
    tag = _words(
        _("Number of its tag, bag or seal"), longest=LONGEST_SEAL,
        help_text=_("Opening that seal later becomes part of the chain of custody."),
    )  # fmt: skip
    taken_by = _words(_("Who took it or handed it in"))
    taken_at = moment_field(_("When it was taken"))
    taken_where = _words(_("Where it was taken"))
    taken_how = _words(_("How it was taken"), help_text=_("Such as “found at the gate”, “handed in at the desk”."))

    def item(self) -> Item:
        """What was typed, as the service takes it."""
        return Item(**self.cleaned_data)
