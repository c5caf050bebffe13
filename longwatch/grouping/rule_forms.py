# SPDX-License-Identifier: Apache-2.0
"""What people say about a grouping rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.grouping.models import GroupingRule, RuleMode
from longwatch.intake.condition_field import FIELD_WORDS, ConditionsField
from longwatch.records.categories import grouped_choices

GROUP_BY = [(name, words) for name, words in FIELD_WORDS.items() if name != "severity"]
TEXTS = ("name", "conditions", "group_by", "window_minutes", "lifetime_minutes", "threshold", "mode", "category")
MOST_DAYS = 90


def _minutes(label: Any, initial: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, initial=initial, min_value=1, help_text=help_text,
        error_messages={"required": _("Enter a number of minutes."), "invalid": _("Enter a number of minutes.")},
    )  # fmt: skip


class RuleForm(forms.Form):
    """Which signals belong together, for how long, and what becomes of them."""

    name = forms.CharField(
        label=_("Name"), max_length=100, error_messages={"required": _("Enter a name for the rule.")}
    )
    conditions = ConditionsField(
        label=_("About signals of which all of this holds"),
        help_text=_("Several values go on lines of their own; one of them is enough."),
        error_messages={"required": _("Add a condition.")},
    )
    group_by = forms.MultipleChoiceField(
        label=_("Together belong those with the same"), choices=GROUP_BY, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of several values, the first counts. Nothing chosen: all of them belong together."),
    )  # fmt: skip
    window_minutes = _minutes(
        _("As long as the next comes within minutes"),
        30,
        _("A group that is silent for longer takes nothing more. A repeat counts when it comes."),
    )
    lifetime_minutes = _minutes(
        _("For at most minutes"), 240, _("An older group takes nothing more; what comes begins another.")
    )
    threshold = forms.IntegerField(
        label=_("Shown from this many signals on"), initial=2, min_value=1,
        error_messages={"required": _("Enter a number."), "invalid": _("Enter a number.")},
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("Then"), choices=RuleMode.choices, initial=RuleMode.SUGGEST, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens then.")},
        help_text=_("Incidents that it opens are opened on behalf of whoever switches it on."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("Category of the incidents that it opens"), required=False,
        help_text=_("Needed only where it opens them by itself."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Asked as number"), initial=100, min_value=0,
        error_messages={"required": _("Enter a number."), "invalid": _("Enter a number.")},
        help_text=_("Of several rules that are about a signal, the one with the lowest number takes it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        """With the categories in the reader's language."""
        super().__init__(*args, **options)
        category: Any = self.fields["category"]
        category.choices = [("", _("None")), *grouped_choices()]


def initial_of(rule: GroupingRule) -> dict[str, Any]:
    """A stored rule as its form shows it."""
    return {name: getattr(rule, name) for name in (*TEXTS, "position")}


class TrialForm(forms.Form):
    """Over how many days a rule is tried."""

    days = forms.IntegerField(
        label=_("Days back"), initial=14, min_value=1, max_value=MOST_DAYS,
        error_messages={"required": _("Enter how many days back."), "invalid": _("Enter how many days back.")},
    )  # fmt: skip
