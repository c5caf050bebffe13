# SPDX-License-Identifier: Apache-2.0
"""Forms of rules that keep alerts quiet: known noise, planned work, and another end."""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account
from longwatch.core import clock
from longwatch.core.words import LONGEST_REASON
from longwatch.intake.condition_field import ConditionsField
from longwatch.intake.conditions import LONGEST_VALUE, MOST_VALUES
from longwatch.intake.models import Signal, Source
from longwatch.intake.quiet_rules import MOST_REPEATS, QuietKind
from longwatch.intake.services.quieting import LONGEST_NAME, Quiet
from longwatch.intake.triage_rules import entity_that_matters
from longwatch.records.forms import moment_field
from longwatch.records.severity import Severity

DAYS_APART = {"": 0, "daily": 1, "weekly": 7}


class QuietForm(forms.Form):
    """Known noise: a name, why, who answers for it, and until when."""

    kind = QuietKind.NOISE
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Give it a name.")})
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why these alerts are kept quiet.")},
    )  # fmt: skip
    owner = forms.UUIDField(
        label=_("Who answers for it"),
        error_messages={"required": _("Choose who answers for it."), "invalid": _("Choose somebody from the list.")},
    )
    conditions = ConditionsField(
        label=_("Alerts of which all of this holds"),
        help_text=_("Several values go on lines of their own; one of them is enough."),
        error_messages={"required": _("Say which alerts are meant.")},
    )
    up_to_severity = forms.TypedChoiceField(
        label=_("Quiet up to"), choices=Severity.choices, coerce=int, initial=Severity.HIGH,
        help_text=_("What is worse is heard all the same."), error_messages={"required": _("Choose a severity.")},
    )  # fmt: skip
    starts_at = moment_field(_("From"), help_text=_("Empty: from now on."))
    expires_at = moment_field(_("Until"), required=_("Say until when."))
    compartment = forms.UUIDField(label=_("Signals of"), required=False)

    def offer(
        self, people: Iterable[Account], compartments: Sequence[tuple[UUID, str]], sources: Iterable[Source]
    ) -> "QuietForm":
        """Fill the choices that depend on the organisation."""
        self.fields["owner"].widget = forms.Select(choices=[(str(each.id), each.name) for each in people])
        if len(compartments) > 1:
            named = [(str(identity), name) for identity, name in compartments]
            self.fields["compartment"].widget = forms.Select(choices=named)
        else:
            del self.fields["compartment"]
        return self

    def all_conditions(self) -> list[dict[str, Any]]:
        """What was said of alerts, as far as it can be used; of a form that was not sent what it begins with."""
        if not self.is_bound:
            return list(self.initial.get("conditions") or [])
        self.is_valid()
        return [*self.own_conditions(), *(self.cleaned_data.get("conditions") or [])]

    def own_conditions(self) -> list[dict[str, Any]]:
        """What its fields say beside the lines of conditions."""
        return []

    def wanted(self) -> Quiet:
        """As the service takes it."""
        given = self.cleaned_data
        return Quiet(
            name=given["name"], reason=given["reason"], conditions=self.all_conditions(),
            expires_at=given["expires_at"], kind=self.kind, starts_at=given["starts_at"],
            up_to_severity=given["up_to_severity"], compartment_id=given.get("compartment"), owner_id=given["owner"],
        )  # fmt: skip

    def windows(self) -> list[tuple[datetime | None, datetime]]:
        """From when until when; several for what is repeated."""
        return [(self.cleaned_data["starts_at"], self.cleaned_data["expires_at"])]


class MaintenanceForm(QuietForm):
    """Planned work: on which sources and assets, from when until when, perhaps again."""

    kind = QuietKind.MAINTENANCE
    conditions = ConditionsField(
        label=_("And only alerts of which all of this holds"), required=False,
        help_text=_("Several values go on lines of their own; one of them is enough."),
    )  # fmt: skip
    sources = forms.MultipleChoiceField(
        label=_("Sources"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    assets = forms.CharField(
        label=_("Assets"), required=False, max_length=MOST_VALUES * LONGEST_VALUE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is worked on, one a line: hosts, addresses and the like; or networks, such as 10.1.0.0/16."),
    )  # fmt: skip
    repeat = forms.ChoiceField(
        label=_("Again"), required=False,
        choices=[("", _("Only once")), ("daily", _("Every day")), ("weekly", _("Every week"))],
    )  # fmt: skip
    repeats = forms.IntegerField(
        label=_("How often in all"), required=False, min_value=1, max_value=MOST_REPEATS, initial=1,
        help_text=_("Each is a window of its own, which can be ended by itself."),
        error_messages={"invalid": _("Enter a whole number.")},
    )  # fmt: skip
    field_order = ("name", "reason", "sources", "assets", "starts_at", "expires_at", "repeat", "repeats")

    def offer(
        self, people: Iterable[Account], compartments: Sequence[tuple[UUID, str]], sources: Iterable[Source]
    ) -> "QuietForm":
        """Fill the choices that depend on the organisation."""
        self.fields["sources"].choices = [(each.slug, each.name) for each in sources]  # type: ignore[attr-defined]
        return super().offer(people, compartments, sources)

    def clean_assets(self) -> list[str]:
        """One a line; refuses names and networks together, which no one condition can say."""
        values = lines_of_text(self.cleaned_data["assets"])
        networks = [value for value in values if _is_network(value)]
        if networks and len(networks) != len(values):
            raise forms.ValidationError(
                _("Give either names and addresses or networks. Plan a second window for the others.")
            )
        return values

    def own_conditions(self) -> list[dict[str, Any]]:
        """Its sources and assets as conditions."""
        sources, assets = self.cleaned_data.get("sources") or [], self.cleaned_data.get("assets") or []
        found: list[dict[str, Any]] = [{"field": "source", "op": "is", "values": list(sources)}] if sources else []
        if assets:
            op = "in_network" if _is_network(assets[0]) else "is"
            found.append({"field": "entity", "op": op, "values": list(assets)})
        return found

    def windows(self) -> list[tuple[datetime | None, datetime]]:
        """Each window at the same hours of the reader's day, also when the clocks change."""
        given = self.cleaned_data
        begin, end = given["starts_at"] or clock.now(), given["expires_at"]
        apart = DAYS_APART[given["repeat"]]
        times = (given["repeats"] or 1) if apart else 1
        return [(_later(begin, apart * n), _later(end, apart * n)) for n in range(times)]


class EndForm(forms.Form):
    """Another end, and why."""

    expires_at = moment_field(_("Until"), required=_("Say until when."))
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, error_messages={"required": _("Say why the end changes.")}
    )


def like(signal: Signal) -> list[dict[str, Any]]:
    """Conditions that hold for a signal and its like: its source, its rule or title, and what it is about."""
    found = [{"field": "source", "op": "is", "values": [signal.source.slug]}]
    name = "rule" if signal.rule else "title"
    found.append({"field": name, "op": "is", "values": [getattr(signal, name)]})
    entity = entity_that_matters(signal.entities)
    if entity:
        found.append({"field": f"entity:{entity['kind']}", "op": "is", "values": [entity["value"]]})
    return found


def lines_of_text(text: str) -> list[str]:
    """The lines that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _is_network(value: str) -> bool:
    if "/" not in value:
        return False
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _later(moment: datetime, days: int) -> datetime:
    local = timezone.localtime(moment).replace(tzinfo=None) + timedelta(days=days)
    return timezone.make_aware(local)
