# SPDX-License-Identifier: Apache-2.0
"""From signals, or by hand, to an incident; and more signals for one that is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.compartments import open_compartment
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.ids import incident_reference, uuid7
from longwatch.entities.services.mentions import copy_signal_entities
from longwatch.incidents import rules, selectors
from longwatch.incidents.events import IncidentOpened
from longwatch.incidents.models import Incident
from longwatch.incidents.services import changing
from longwatch.incidents.services.responding import assume_command
from longwatch.intake import selectors as intake_selectors
from longwatch.intake.models import Signal
from longwatch.intake.services.triage import place_in_record
from longwatch.records.categories import BY_CODE, Category
from longwatch.records.models import Severity

COUNT = """
insert into records_reference_counter as counter (org_id, year, last) values (%s, %s, 1)
on conflict (org_id, year) do update set last = counter.last + 1 returning last
"""


class Facts(TypedDict, total=False):
    """What may be known of an incident when it is opened."""

    severity_reason: str
    summary: str
    place: str
    latitude: float | None
    longitude: float | None
    occurred_at: datetime | None
    next_action: str
    next_action_due: datetime | None
    is_drill: bool


@transaction.atomic
def open_incident(
    *,
    title: str,
    category: str,
    severity: Severity | int | None = None,
    signal_ids: Sequence[UUID] = (),
    commander_id: UUID | None = None,
    restricted: bool | None = None,
    by: Actor,
    **facts: Unpack[Facts],
) -> Incident:
    """Open an incident, from signals or by hand; severity and restriction come from the category when not chosen."""
    access_selectors.hold_people(commander_id)
    require(by, Permission.INCIDENT_OPEN)
    kind = _category(category)
    signals = _signals(signal_ids)
    incident = Incident(
        id=uuid7(), org_id=by.org_id, title=rules.refuse_title(title), category=kind.code,
        severity=_severity(kind, severity),
        restricted=kind.restricted if restricted is None else restricted, opened_by_id=by.id, opened_at=clock.now(),
        **_from_signals(signals, facts),
    )  # fmt: skip
    incident.reference = _next_reference(by.org_id, incident.opened_at)
    incident.compartment = _compartment(incident, by)
    _append(incident, len(signals), by)
    _take_in(incident, [signal.id for signal in signals], by)
    if commander_id is not None:
        assume_command(incident, commander_id, "", by)
    return incident


@transaction.atomic
def add_signals(incident_id: UUID, signal_ids: Sequence[UUID], *, by: Actor) -> list[Signal]:
    """Make signals part of an open incident; it gets what they name. The same signal twice changes nothing."""
    incident = changing.load_open(incident_id, by)
    changing.tell(incident)
    return _take_in(incident, list(signal_ids), by)


def _append(incident: Incident, signals: int, by: Actor) -> None:
    event = IncidentOpened(
        **changing.about(incident), reference=incident.reference, title=incident.title, category=incident.category,
        severity=Severity(incident.severity).word, severity_reason=incident.severity_reason, signals=signals,
        restricted=incident.restricted,
    )  # fmt: skip
    changing.tell(incident)
    ledger.record_created(event, by=by, row=incident)


def _take_in(incident: Incident, signal_ids: Sequence[UUID], by: Actor) -> list[Signal]:
    record = selectors.incident_ref(incident)
    signals = place_in_record(signal_ids, record, by)
    for signal in signals:
        copy_signal_entities(signal, record, by=by)
    return signals


def _signals(signal_ids: Sequence[UUID]) -> list[Signal]:
    found = intake_selectors.signals_by_ids(list(signal_ids)) if signal_ids else []
    if len(found) != len(set(signal_ids)):
        raise NotFound
    return sorted(found, key=lambda signal: signal.occurred_at)


def _from_signals(signals: Sequence[Signal], facts: Facts) -> Facts:
    """The facts, with place and time of the earliest signals where none were given."""
    filled: Facts = {**facts, "severity_reason": facts.get("severity_reason", "").strip()[: rules.LONGEST_REASON]}
    placed = next((s for s in signals if s.place or s.latitude is not None), None)
    if placed is not None and not filled.get("place") and filled.get("latitude") is None:
        filled |= {"place": placed.place, "latitude": placed.latitude, "longitude": placed.longitude}
    if filled.get("occurred_at") is None:
        filled["occurred_at"] = next((s.happened_at for s in signals if s.happened_at), None)
    return filled


def _category(code: str) -> Category:
    found = BY_CODE.get(code)
    if found is None:
        raise Invalid(_("Choose a category."), fields={"category": _("Choose one of the categories.")})
    return found


def _severity(kind: Category, severity: int | None) -> Severity:
    if severity is None:
        return kind.severity
    if severity not in Severity.values:
        raise Invalid(_("Choose a severity."), fields={"severity": _("Choose one of the five severities.")})
    return Severity(severity)


def _next_reference(org_id: UUID, moment: datetime) -> str:
    # The counter's row stays locked until this transaction ends, so no number is given twice.
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [org_id, moment.year])
        return incident_reference(moment.year, int(cursor.fetchone()[0]))


def _compartment(incident: Incident, by: Actor) -> Compartment:
    if not incident.restricted:
        return access_selectors.operations(by.org_id)
    return open_compartment(name=incident.reference, kind=CompartmentKind.RECORD, record_id=incident.id, by=by)
