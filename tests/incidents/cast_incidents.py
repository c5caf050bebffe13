# SPDX-License-Identifier: Apache-2.0
"""Incidents for tests, opened as everybody opens them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def opened(cast: Cast, by: Actor | None = None, **fields: Any) -> Incident:
    """An open incident of the analyst, unless said otherwise."""
    actor = by or cast.analyst
    values: Mapping[str, Any] = {"title": "Door forced at the north gate", "category": "FA-01"} | fields
    with acting_as(actor):
        return open_incident(**values, by=actor)


def signals(cast: Cast, count: int = 1, **fields: Any) -> list[UUID]:
    """New signals, each with a key of its own."""
    source = make_source(cast)
    named = {"entities": [{"kind": "person", "value": "John Doe", "part": "subject"}]} | fields
    return [send(source, cast, dedup_key=f"key-{n}", **named).signal_id for n in range(count)]


def told(record_id: UUID) -> list[str]:
    """The actions in a record's history, oldest first, as the present actor may see them."""
    with connection.cursor() as cursor:
        cursor.execute("select action from ledger_entry where record_id = %s order by id", [record_id])
        return [row[0] for row in cursor.fetchall()]


def as_seen(incident: Incident, actor: Actor) -> Incident:
    """The incident as it is stored, read by an actor."""
    with acting_as(actor):
        return Incident.objects.select_related("commander").get(id=incident.id)


def without(actor: Actor, *permissions: str) -> Actor:
    """The same person with less to do, as a narrow token makes them."""
    return replace(actor, permissions=actor.permissions - frozenset(permissions))
