# SPDX-License-Identifier: Apache-2.0
"""Real records to make a mapping from: what could not be read, what came as signals; row security decides which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.intake import selectors, source_health
from longwatch.intake.arrival import SourceFacts, understood
from longwatch.intake.mapping.checking import as_said
from longwatch.intake.mapping.own import OwnReading
from longwatch.intake.mapping.understanding import understand_whole
from longwatch.intake.models import Occurrence, Signal, Source

MOST_RECORDS = 20
MOST_FAILED = 10
LARGEST_SAMPLE = 100_000
# In the order in which people look at them.
COMPARED = ("title", "severity", "occurred_at", "entities", "rule", "dedup_key", "state", "techniques")


@dataclass(frozen=True, slots=True)
class Picked:
    """A real record: when it came, what it is called, and its bytes."""

    at: datetime
    label: str
    raw: bytes
    # Of a signal, or of a body that could not be read.
    signal_id: UUID | None = None
    delivery_id: UUID | None = None

    @property
    def key(self) -> str:
        """How the page asks for it."""
        return f"signal:{self.signal_id}" if self.signal_id else f"delivery:{self.delivery_id}"


@dataclass(frozen=True, slots=True)
class Compared:
    """How a record was read until now, and how it would be read."""

    picked: Picked
    before: str
    after: str
    severity_before: str
    severity_after: str
    # The fields that would say something else.
    changed: Sequence[str]


def records(actor: Actor, source: Source) -> list[Picked]:
    """The last records of a source: bodies that could not be read, then signals that wait, newest first."""
    return [*_failed(actor, source), *_came(source)]


def picked(actor: Actor, source: Source, key: str) -> Picked:
    """One record by its key; refuses one that is not there for the reader."""
    found = next((each for each in records(actor, source) if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def of_signal(signal_id: UUID) -> Picked:
    """A signal's newest arrival; refuses one that is not there for the reader."""
    signal = selectors.signal(signal_id)
    arrival = Occurrence.objects.filter(signal_id=signal_id).order_by("-at", "-id").first()
    if arrival is None:
        raise NotFound
    return Picked(arrival.at, signal.title, bytes(arrival.raw), signal_id=signal_id)


def compared(found: Sequence[Picked], source: SourceFacts, own: OwnReading) -> list[Compared]:
    """Each record as it is read now, beside how it would be read."""
    return [_compared(each, source, own) for each in found]


def _compared(each: Picked, source: SourceFacts, own: OwnReading) -> Compared:
    before, after = _said(each.raw, source, None), _said(each.raw, source, own)
    changed = [name for name in COMPARED if (before.get(name) or "") != (after.get(name) or "")]
    return Compared(
        each, str(before["title"]), str(after["title"]), str(before.get("severity", "")),
        str(after.get("severity", "")), changed,
    )  # fmt: skip


def _said(raw: bytes, source: SourceFacts, own: OwnReading | None) -> dict[str, Any]:
    try:
        if own is None:
            pieces = understood(source, raw).pieces
        else:
            pieces = understand_whole(raw, zone=source.time_zone, source_name=source.name, own=own).pieces
    except LongwatchError as refusal:
        return {"title": "", "refused": refusal.sentence}
    said = as_said(pieces[0].signal) if pieces else {"title": ""}
    return said | ({"title": f"{said['title']} (+{len(pieces) - 1})"} if len(pieces) > 1 else {})


def _failed(actor: Actor, source: Source) -> Iterator[Picked]:
    for each in source_health.failed(actor, source.id).defer(None)[:MOST_FAILED]:
        yield Picked(each.at, each.reason, bytes(each.raw), delivery_id=each.id)


def _came(source: Source) -> list[Picked]:
    waiting = Signal.objects.filter(source_id=source.id, closed_at=None).order_by("-first_seen", "-id")
    titles = dict(waiting.values_list("id", "title")[:MOST_RECORDS])
    rows = Occurrence.objects.filter(signal_id__in=titles).order_by("signal_id", "-at").distinct("signal_id")
    found = [Picked(row.at, titles[row.signal_id], bytes(row.raw), signal_id=row.signal_id) for row in rows]
    return sorted(found, key=lambda each: each.at, reverse=True)
