# SPDX-License-Identifier: Apache-2.0
"""What people type when they ask for a bundle."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.entities.markings import Tlp
from longwatch.exchange.audiences import Audience
from longwatch.exchange.services.requesting import LONGEST_PURPOSE, LONGEST_RECIPIENT
from longwatch.exchange.sharing.formats import FileFormat


class ExportForm(forms.Form):
    """Who receives the bundle, and what for."""

    audience = forms.ChoiceField(
        choices=Audience.choices, widget=forms.HiddenInput,
        error_messages={"required": _("Choose who receives the bundle.")},
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Who receives it"), max_length=LONGEST_RECIPIENT,
        help_text=_("A name or an office, such as “Labour court, chamber 3”. It stands in the bundle."),
        error_messages={"required": _("Write who receives the bundle.")},
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What it is for"), max_length=LONGEST_PURPOSE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the bundle and in the record's history."),
        error_messages={"required": _("Write what the bundle is for.")},
    )  # fmt: skip
    about_id = forms.ChoiceField(
        label=_("Whom it is about"),
        error_messages={"required": _("Choose the person whom the bundle is about; name them in the record first.")},
    )  # fmt: skip

    def __init__(self, *arguments: Any, people: Sequence[tuple[str, str]] | None = None, **more: Any) -> None:
        """With the people whom the record names, when the bundle is about one of them."""
        super().__init__(*arguments, **more)
        if people is None:
            del self.fields["about_id"]
        else:
            field = self.fields["about_id"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose a person")), *people]


class ShareForm(forms.Form):
    """The format of a file for other tools, who receives it, and how far it may travel."""

    tlp = forms.ChoiceField(
        choices=Tlp.choices, widget=forms.HiddenInput,
        error_messages={"required": _("Choose how far it may travel.")},
    )  # fmt: skip
    format = forms.ChoiceField(
        label=_("Format"), choices=FileFormat.choices, initial=FileFormat.STIX,
        error_messages={"required": _("Choose a format.")},
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Who receives it"), max_length=LONGEST_RECIPIENT,
        help_text=_("A name, a community or a tool, such as “MISP of the energy sector”."),
        error_messages={"required": _("Write who receives the file.")},
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What it is for"), max_length=LONGEST_PURPOSE, required=False,
        help_text=_("It stands in the record's history, not in the file."),
    )  # fmt: skip
