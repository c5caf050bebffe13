# SPDX-License-Identifier: Apache-2.0
"""What people say about a group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.grouping.models import LessonKind
from longwatch.records.severity import Severity

LONGEST_NOTE = 500


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    state = forms.ChoiceField(
        choices=[("open", _("Open")), ("in_incident", _("In an incident")), ("dismissed", _("Dismissed"))],
        required=False,
    )
    severity = forms.TypedChoiceField(
        choices=[("", _("Any severity")), *Severity.choices], coerce=int, empty_value=None, required=False
    )


class SplitForm(forms.Form):
    """Which signals belong elsewhere."""

    note = forms.CharField(label=_("What sets them apart"), max_length=LONGEST_NOTE, required=False)


class MergeForm(forms.Form):
    """Of which group it is a part."""

    into = forms.UUIDField(
        label=_("Part of"),
        error_messages={"required": _("Choose a group."), "invalid": _("Choose one of the groups.")},
    )
    note = forms.CharField(label=_("What they have in common"), max_length=LONGEST_NOTE, required=False)


class LessonForm(forms.Form):
    """What to learn from it."""

    entity = forms.UUIDField(
        label=_("About"),
        error_messages={"required": _("Choose what it is about."), "invalid": _("Choose what it is about.")},
    )
    kind = forms.ChoiceField(
        label=_("From now on"), choices=LessonKind.choices, error_messages={"required": _("Choose never or always.")}
    )
    reason = forms.CharField(label=_("Why"), max_length=300, error_messages={"required": _("Say why.")})
