# SPDX-License-Identifier: Apache-2.0
"""What people type into a record: entries, corrections, tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import NOT_A_READER
from longwatch.records.services.timeline import LONGEST_TEXT


def moment_field(label: Any, *, required: Any = "", help_text: Any = "") -> forms.DateTimeField:
    """A date and time in the reader's zone; `required` says what to enter, if anything must be."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(
        label=label, required=bool(required), help_text=help_text, widget=widget, input_formats=formats,
        error_messages={"required": required} if required else None,
    )  # fmt: skip


class EntryForm(forms.Form):
    """One line of the timeline."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[c for c in EntryKind.choices if c[0] != EntryKind.DECISION], initial=EntryKind.NOTE,
        required=False,
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
    occurred_at = moment_field(_("When it happened"), help_text=_("Leave it empty for now."))

    def entry(self) -> dict[str, Any]:
        """The values as `add_entry` takes them."""
        values = self.cleaned_data
        return {
            "kind": EntryKind(values["kind"] or EntryKind.NOTE), "text": values["text"],
            "occurred_at": values["occurred_at"],
        }  # fmt: skip


class CorrectionForm(forms.Form):
    """What should have been said; the old line stays readable."""

    text = forms.CharField(
        label=_("What is right"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what is right.")},
    )
    occurred_at = moment_field(_("When it happened"))


class TaskForm(forms.Form):
    """Something to do."""

    title = forms.CharField(
        label=_("Task"), max_length=300, error_messages={"required": _("Say what is to be done.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    owner = forms.ChoiceField(
        label=_("Owner"), required=False, error_messages={"invalid_choice": NOT_A_READER},
        help_text=_("People who may read this."),
    )  # fmt: skip
    due_at = moment_field(_("Due"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]


class ResolutionForm(forms.Form):
    """How a task ended."""

    note = forms.CharField(label=_("How it went"), max_length=500, required=False)


class WaiverForm(forms.Form):
    """Why a task will not be done."""

    note = forms.CharField(
        label=_("Why it need not be done"),
        max_length=500,
        error_messages={"required": _("Say why it need not be done.")},
    )
