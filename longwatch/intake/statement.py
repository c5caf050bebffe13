# SPDX-License-Identifier: Apache-2.0
"""The parameters and answers of the one statement that stores arrivals (sql/receive.sql)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from longwatch.core.actor import Actor
from longwatch.core.discretion import day_of, is_discreet, moment_of
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import Arrival, Received, SourceFacts
from longwatch.intake.covering import Said, covering_leaf, header_of, understood_hash
from longwatch.intake.submission import LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_ENTITIES

RECEIVE = "select n, signal_id, created, total, worst from intake_receive(%s::json, %s::json, %s::json, %b)"
LONGEST_TYPE = 100
DIGEST = 32
JSON = "application/json"


class Origin(Struct):
    """Who sends from where, and the ledger entry: the statement's first parameter."""

    at: datetime
    seen_at: datetime
    source: UUID
    actor_kind: str
    actor: UUID
    via: str
    operation: UUID
    leaf: str
    type: str
    compartment: UUID | None


class Place(Struct, gc=False):
    """One arrival: which row it belongs to, where its bytes lie in the block, counted from 1 (their hash is before
    them), and the hash of what was understood, in hexadecimal, when the row says it."""

    id: UUID
    of: int
    start: int
    size: int
    understood: str


class Row(Struct, gc=False):
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
    format: str
    techniques: list[str]
    state: str
    suppression: UUID | None


def parameters(
    actor: Actor,
    source: SourceFacts,
    arrivals: Sequence[Arrival],
    *,
    content_type: str = JSON,
    seen_at: datetime | None = None,
    compartment: UUID | None = None,
) -> tuple[str, str, str, bytes]:
    """What to execute RECEIVE with, for arrivals of one sender at one source.

    `compartment` stands in for the source's own: for a report that not all who read reports may see.
    """
    at = moment_of(actor)
    discreet = is_discreet(actor)
    seen_at = day_of(seen_at) if seen_at and discreet else seen_at
    rows = _rows(arrivals, uuid4 if discreet else uuid7)
    understood = _understood(arrivals, rows)
    covered = [(each.id, each.sha256, understood.get(each.id, b"")) for each in arrivals]
    leaf = covering_leaf(header_of(actor, source.id, at), covered)
    origin = Origin(
        at, seen_at or at, source.id, actor.kind, actor.id, actor.via, actor.operation_id, leaf.decode(),
        content_type[:LONGEST_TYPE], compartment,
    )  # fmt: skip
    places: list[Place] = []
    block: list[bytes] = []
    start = 1
    for each in arrivals:
        block += (each.sha256, each.raw)
        said = understood.get(each.id, b"").hex()
        places.append(Place(each.id, rows[each.key].n, start + DIGEST, len(each.raw), said))
        start += DIGEST + len(each.raw)
    return _text(origin), _text(list(rows.values())), _text(places), b"".join(block)


def _understood(arrivals: Sequence[Arrival], rows: Mapping[bytes, Row]) -> dict[UUID, bytes]:
    """The hash of what was understood, of each arrival whose text its row holds: the first with its key."""
    first: dict[bytes, UUID] = {}
    for each in arrivals:
        first.setdefault(each.key, each.id)
    return {occurrence: understood_hash(occurrence, _said(rows[key])) for key, occurrence in first.items()}


def _said(row: Row) -> Said:
    return Said(
        row.kind, row.rule, row.title, row.description, row.place, row.latitude, row.longitude, row.links, row.tags,
        row.format, row.occurred_at,
    )  # fmt: skip


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


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


def _rows(arrivals: Sequence[Arrival], fresh: Callable[[], UUID]) -> dict[bytes, Row]:
    rows: dict[bytes, Row] = {}
    for each in arrivals:
        if (row := rows.get(each.key)) is None:
            rows[each.key] = _row(len(rows) + 1, fresh(), each)
        else:
            _count(row, each)
    return rows


def _row(number: int, signal_id: UUID, each: Arrival) -> Row:
    signal = each.signal
    return Row(
        number, signal_id, each.key.hex(), 1, each.kind, signal.rule[:LONGEST_TITLE], signal.title[:LONGEST_TITLE],
        signal.description[:LONGEST_DESCRIPTION], each.severity, list(each.entities),
        [entity["id"] for entity in each.entities], signal.place[:LONGEST_TITLE], signal.latitude, signal.longitude,
        signal.links, signal.tags, each.report, signal.occurred_at, each.format, list(signal.techniques),
        signal.state or "", each.suppression,
    )  # fmt: skip


def _count(row: Row, each: Arrival) -> None:
    """One more arrival of the same key: it may raise the severity and name further entities."""
    row.arrivals += 1
    # A rule that keeps a less severe repeat quiet does not hide what was heard because it is worse.
    if row.suppression is not None or each.severity >= row.severity:
        row.suppression = each.suppression
    row.severity = max(row.severity, each.severity)
    row.state = each.signal.state or row.state
    row.techniques += [technique for technique in each.signal.techniques if technique not in row.techniques]
    for entity in each.entities:
        if entity["id"] not in row.entity_ids and len(row.entity_ids) < MOST_ENTITIES:
            row.entity_ids.append(entity["id"])
            row.entities.append(entity)
