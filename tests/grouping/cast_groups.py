# SPDX-License-Identifier: Apache-2.0
"""Groups for tests, as the engine leaves them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.grouping.models import Group, GroupState, Member
from longwatch.grouping.services.counting import recount
from longwatch.intake.models import Signal, Source
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def make_signals(cast: Cast, *hosts: str, source: Source | None = None, **fields: Any) -> list[Signal]:
    """One signal a host, each of a rule of its own."""
    source = source or make_source(cast)
    ids = [
        send(
            source, cast, title=f"Something on {host} ({number})", rule=f"rule-{number}", severity="high",
            entities=[{"kind": "host", "value": host}], **fields,
        ).signal_id
        for number, host in enumerate(hosts)
    ]  # fmt: skip
    with acting_as(cast.analyst):
        return [Signal.objects.get(id=each) for each in ids]


def make_group(cast: Cast, *signals: Signal, **fields: Any) -> Group:
    """A group that people are shown, with these signals."""
    now = clock.now()
    usual: dict[str, Any] = {
        "org_id": cast.organisation.id, "compartment_id": cast.signals.id, "key": f"test-{signals[0].id}",
        "state": GroupState.OPEN, "first_at": now, "last_at": now, "shown_at": now,
    }  # fmt: skip
    with acting_as(cast.analyst):
        group = Group.objects.create(**usual | fields)
        for number, signal in enumerate(signals):
            put_in(group, signal, minutes=number)
        return recount(group)


def put_in(group: Group, signal: Signal, minutes: int = 0) -> Member:
    """A signal as a member."""
    at = signal.first_seen + timedelta(minutes=minutes)
    entities = [{"key": each["id"], "label": f"{each['kind']} {each['value']}"} for each in signal.entities]
    return Member.objects.create(
        org_id=group.org_id, compartment_id=group.compartment_id, group=group, signal_id=signal.id, rule=signal.rule,
        entities=entities, severity=signal.severity, first_at=at, last_at=at, arrivals=1, evidence=1.0, why="new",
    )  # fmt: skip


def entity_of(signal: Signal) -> UUID:
    """The first entity that a signal names."""
    return UUID(signal.entities[0]["id"])
