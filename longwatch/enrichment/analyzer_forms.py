# SPDX-License-Identifier: Apache-2.0
"""The form that sets an analyzer up: what it may do, and a field for each setting that it describes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.enrichment.analysis_models import AnalyzerSetup
from longwatch.enrichment.cortex.contract import Description
from longwatch.enrichment.services.analyzers import LONGEST_SETTING, Allowed

MARKS = ((0, "CLEAR"), (1, "GREEN"), (2, "AMBER"), (3, "RED"))
# Fields of settings are called so, that no setting is taken for one of the fields above them.
PREFIX = "setting-"
FORGET = "forget"


class AnalyzerForm(forms.Form):
    """What an analyzer may do."""

    enabled = forms.BooleanField(label=_("May be asked"), required=False)
    network = forms.BooleanField(
        label=_("May reach the network"), required=False,
        help_text=_("What it is asked about then leaves this system, for whichever service it uses."),
    )  # fmt: skip
    max_tlp = forms.TypedChoiceField(
        label=_("May be told what is marked up to TLP"), choices=MARKS, coerce=int, initial=2,
        error_messages={"required": _("Choose a marking.")},
        help_text=_("What nobody marked counts as amber."),
    )  # fmt: skip
    max_pap = forms.TypedChoiceField(
        label=_("May be used for what is marked up to PAP"), choices=MARKS, coerce=int, initial=2,
        error_messages={"required": _("Choose a marking.")},
    )  # fmt: skip
    seconds = forms.IntegerField(
        label=_("Ended after seconds"), min_value=1, max_value=600, initial=120,
        error_messages={"required": _("Enter after how many seconds it is ended.")},
    )  # fmt: skip
    megabytes = forms.IntegerField(
        label=_("Memory in megabytes"), min_value=64, max_value=16_384, initial=1024,
        error_messages={"required": _("Enter how much memory it may take.")},
    )  # fmt: skip
    hours = forms.IntegerField(
        label=_("An answer holds for hours"), min_value=0, max_value=8_760, initial=24,
        help_text=_("The same question gets the same answer until then, unless somebody asks again."),
        error_messages={"required": _("Enter for how long an answer holds.")},
    )  # fmt: skip

    def __init__(self, *args: Any, description: Description, setup: AnalyzerSetup | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = set(setup.told) if setup is not None else set()
        for each in description.settings:
            hint = each.about if not each.multi else f"{each.about} {_('One a line.')}"
            known = _("It is set; what you enter takes its place.")
            self.fields[PREFIX + each.name] = forms.CharField(
                label=each.name, required=False, max_length=LONGEST_SETTING, strip=False,
                help_text=f"{hint} {known}".strip() if each.name in told else hint,
                widget=_widget(each.sort, multi=each.multi),
            )  # fmt: skip
        if told:
            self.fields[FORGET] = forms.MultipleChoiceField(
                label=_("Take away"), required=False, choices=[(name, name) for name in sorted(told)],
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    def allowed(self) -> Allowed:
        """What it may do, as the service takes it."""
        return Allowed(**{name: self.cleaned_data[name] for name in Allowed.__dataclass_fields__})

    def settings(self) -> dict[str, str | None]:
        """What it is told, as the service takes it; what is taken away is None."""
        said: dict[str, str | None] = {
            name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items() if name.startswith(PREFIX)
        }
        return said | {name: None for name in self.cleaned_data.get(FORGET, []) if not said.get(name)}


def initial_of(setup: AnalyzerSetup | None) -> dict[str, Any]:
    """What it may do now; values that it is told are never shown again."""
    if setup is None:
        return {}
    return {name: getattr(setup, name) for name in Allowed.__dataclass_fields__}


def _widget(sort: str, *, multi: bool) -> forms.Widget:
    if multi:
        return forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    if sort == "boolean":
        return forms.Select(choices=[("", "-"), ("true", "true"), ("false", "false")])
    if sort == "number":
        return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.PasswordInput(attrs={"autocomplete": "off"})
