# SPDX-License-Identifier: Apache-2.0
"""What people type about sections, what goes out of them, privilege and witnesses."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Section
from longwatch.access.roles import ROLE_NAMES, Role
from longwatch.cases.models import PrivilegeBasis
from longwatch.incidents.models import NoticeKind
from longwatch.incidents.services.notices import Target, Wording
from longwatch.records.forms import moment_field

Choices = list[tuple[str, str]]


class WhyForm(forms.Form):
    """A reason, alone."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Write a reason.")},
    )  # fmt: skip

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label


class OpenSectionForm(forms.Form):
    """Which section, and who is inside first."""

    section = forms.ChoiceField(label=_("Section"), error_messages={"required": _("Choose a section.")})
    first_member = forms.ChoiceField(
        label=_("First person inside"), required=False,
        help_text=_("In brackets: the sections that their role fits."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("For one witness, such as “Witness W1”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, sections: Sequence[Section], people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", str(_("Choose a section"))), *((str(each), str(each.label)) for each in sections)]
        self.fields["section"].choices = choices  # type: ignore[attr-defined]
        self.fields["first_member"].choices = [("", str(_("Me"))), *people]  # type: ignore[attr-defined]


class LetInForm(WhyForm):
    """Who is let in, and why."""

    account = forms.ChoiceField(label=_("Person"), error_messages={"required": _("Choose a person.")})
    field_order: Sequence[str] = ["account", "reason"]

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why they need to know")
        self.fields["account"].choices = [("", str(_("Choose a person"))), *people]  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """What goes to which incident, and until when."""

    incident = forms.ChoiceField(label=_("Incident"), error_messages={"required": _("Choose an incident.")})
    kind = forms.ChoiceField(label=_("What it is"), error_messages={"required": _("Choose what it is.")})
    about = forms.CharField(
        label=_("Whom or what it is about"), max_length=200, required=False,
        help_text=_("Only what somebody needs to recognise it."), widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What they must know"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Write what they must know.")},
    )  # fmt: skip
    expires_at = moment_field(_("Until"), help_text=_("A lookout ends after 30 days at the latest."))
    show_name = forms.BooleanField(
        label=_("Show my name"), required=False, help_text=_("Otherwise it comes from the security team.")
    )

    def __init__(self, *args: Any, kinds: Iterable[NoticeKind], targets: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = [each for each in targets if not each.closed]
        self.fields["incident"].choices = [(str(each.id), each.reference) for each in open_ones]  # type: ignore[attr-defined]
        # Below the choice, where all names fit: who reads it decides whether it may go there.
        self.fields["incident"].help_text = " ".join(_readers(each) for each in open_ones)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def wording(self) -> Wording:
        """What was typed, as services take it."""
        values = self.cleaned_data
        return Wording(kind=values["kind"], about=values["about"], text=values["text"], expires_at=values["expires_at"])


def _readers(target: Target) -> str:
    names = [str(ROLE_NAMES[Role(each)]) if each in set(Role) else each for each in target.readers]
    return str(_("%(incident)s is read by %(readers)s.")) % {"incident": target.reference, "readers": ", ".join(names)}


class DirectionForm(forms.Form):
    """Since when counsel directs the work, in which matter, and why it is privileged."""

    directed_on = forms.DateField(
        label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day.")},
    )  # fmt: skip
    matter = forms.CharField(label=_("Matter"), max_length=300, error_messages={"required": _("Name the matter.")})
    basis = forms.ChoiceField(
        label=_("Why it is privileged"), choices=PrivilegeBasis.choices,
        error_messages={"required": _("Choose why it is privileged.")},
    )  # fmt: skip


class DescribeForm(forms.Form):
    """What the log says of a line."""

    basis = forms.ChoiceField(
        label=_("Why it is withheld"), choices=PrivilegeBasis.choices,
        error_messages={"required": _("Choose why it is withheld.")},
    )  # fmt: skip
    description = forms.CharField(
        label=_("Neutral description"), max_length=300, help_text=_("What it is, not what it says."),
        error_messages={"required": _("Describe it neutrally.")},
    )  # fmt: skip


class WitnessForm(forms.Form):
    """Who a witness is."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("How to reach them"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
