# SPDX-License-Identifier: Apache-2.0
"""The parameters and answers of the one statement that stores arrivals (sql/receive.sql)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import Arrival, Received, SourceFacts
from longwatch.intake.covering import covering_leaf, header_of
from longwatch.intake.submission import LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_ENTITIES

RECEIVE = """
select n, signal_id, created, total, worst from intake_receive(
  %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::json, %s::uuid[], %s::int[], %s::bytea[])
"""
LONGEST_TYPE = 100
JSON = "application/json"


class Row(Struct):
    """One dedup key among the arrivals: a row of the statement's JSON parameter."""

    n: int
    id: UUID
    key: str
    arrivals: int
    kind: str
    rule: str
    title: str
    description: str
    severity: int
    entities: list[dict[str, str]]
    entity_ids: list[str]
    place: str
    latitude: float | None
    longitude: float | None
    links: list[str]
    tags: list[str]
    report: Mapping[str, Any]
    occurred_at: datetime | None


def parameters(
    actor: Actor,
    source: SourceFacts,
    arrivals: Sequence[Arrival],
    *,
    content_type: str = JSON,
    seen_at: datetime | None = None,
) -> tuple[Any, ...]:
    """What to execute RECEIVE with, for arrivals of one sender at one source."""
    at = clock.now()
    rows = _rows(arrivals)
    numbers = {key: row.n for key, row in rows.items()}
    leaf = covering_leaf(header_of(actor, source.id, at), ((each.id, each.sha256) for each in arrivals))
    who = (str(actor.kind), actor.id, actor.via, actor.operation_id)
    return (
        at, seen_at or at, source.id, *who, leaf, content_type[:LONGEST_TYPE],
        msgspec.json.encode(list(rows.values())).decode(),
        [each.id for each in arrivals],
        [numbers[each.key] for each in arrivals],
        [each.raw for each in arrivals],
    )  # fmt: skip


def outcomes(arrivals: Sequence[Arrival], result: Iterable[Sequence[Any]]) -> list[Received]:
    """What became of each arrival, from the statement's answer: one row a dedup key."""
    # The statement numbers the keys in order of first arrival, as a dictionary does.
    per_key: dict[bytes, list[int]] = {}
    for position, each in enumerate(arrivals):
        per_key.setdefault(each.key, []).append(position)
    answers = {number: rest for number, *rest in result}
    received: list[Received | None] = [None] * len(arrivals)
    for number, positions in enumerate(per_key.values(), start=1):
        signal_id, created, total, worst = answers[number]
        before = total - len(positions)
        for nth, position in enumerate(positions):
            received[position] = Received(signal_id, created and nth == 0, before + nth + 1, worst)
    return [each for each in received if each is not None]


def _rows(arrivals: Sequence[Arrival]) -> dict[bytes, Row]:
    rows: dict[bytes, Row] = {}
    for each in arrivals:
        if (row := rows.get(each.key)) is None:
            rows[each.key] = _row(len(rows) + 1, each)
        else:
            _count(row, each)
    return rows


def _row(number: int, each: Arrival) -> Row:
    signal = each.signal
    return Row(
        number, uuid7(), each.key.hex(), 1, each.kind, signal.rule[:LONGEST_TITLE], signal.title[:LONGEST_TITLE],
        signal.description[:LONGEST_DESCRIPTION], each.severity, list(each.entities),
        [entity["id"] for entity in each.entities], signal.place[:LONGEST_TITLE], signal.latitude, signal.longitude,
        signal.links, signal.tags, each.report, signal.occurred_at,
    )  # fmt: skip


def _count(row: Row, each: Arrival) -> None:
    """One more arrival of the same key: it may raise the severity and name further entities."""
    row.arrivals += 1
    row.severity = max(row.severity, each.severity)
    for entity in each.entities:
        if entity["id"] not in row.entity_ids and len(row.entity_ids) < MOST_ENTITIES:
            row.entity_ids.append(entity["id"])
            row.entities.append(entity)
