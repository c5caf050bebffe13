# SPDX-License-Identifier: Apache-2.0
"""Reads about work that was handed over: numbers for administrators, parts for those who may know of them."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from longwatch.access import selectors
from longwatch.access.leaving import HandOver, HandOverState
from longwatch.access.models import Account, Compartment
from longwatch.core.actor import Actor
from longwatch.search.hand_over_rules import KIND_NAMES, can_take_over
from longwatch.search.records_directory import described

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sort of work, in numbers."""

    label: str
    successor: str
    state: HandOverState
    places: int
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of somebody's work, with the record where the reader may see it, and who can take it over."""

    row: HandOver
    label: str
    url: str
    name: str
    candidates: list[Account]


def result_of(account_id: UUID) -> list[Outcome]:
    """What became of the work of somebody who left, for administrators; empty before."""
    with connection.cursor() as cursor:
        cursor.execute("select kind, successor, state, places, number from hand_over_result(%s)", [account_id])
        rows = cursor.fetchall()
    names = selectors.accounts_by_id([row[1] for row in rows])
    return [
        Outcome(str(KIND_NAMES[kind]), names[heir].name, HandOverState(state), places, number)
        for kind, heir, state, places, number in rows
    ]


def waiting_for(actor: Actor) -> list[Part]:
    """What waits for the actor's decision, the oldest first."""
    rows = _known().filter(state=HandOverState.WAITING).exclude(handed_by_id=actor.id).order_by("handed_at", "id")
    return _parts(rows, list(selectors.people(actor)))


def done() -> list[Part]:
    """What was handed over, as far as the reader may know, the newest first."""
    return _parts(_known().filter(state=HandOverState.DONE).order_by("-handed_at", "-id"), [])


def _known() -> QuerySet[HandOver]:
    return HandOver.objects.select_related("leaver", "successor", "handed_by", "decided_by")


def _parts(found: QuerySet[HandOver], people: list[Account]) -> list[Part]:
    rows = list(found[:MOST_SHOWN])
    places = Compartment.objects.filter(id__in=[row.compartment_id for row in rows]).exclude(record_id=None)
    records = {place: record_id for place, record_id in places.values_list("id", "record_id") if record_id}
    kinds = [(kind, record_id) for record_id in records.values() for kind in ("incident", "case")]
    seen = described(kinds)
    parts = []
    for row in rows:
        record = seen.get(records.get(row.compartment_id, row.id))
        fit = [each for each in people if can_take_over(row.kind, each) and each.id != row.leaver_id]
        label, url = str(KIND_NAMES[row.kind]), record.url if record else ""
        parts.append(Part(row, label, url, record.name if record else "", fit))
    return parts
