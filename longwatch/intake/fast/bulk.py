# SPDX-License-Identifier: Apache-2.0
"""Many signals in one request (NDJSON): good lines are kept, bad ones are listed."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import msgspec
import psycopg
from psycopg.pq import TransactionStatus

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, LongwatchError, NotAllowed
from longwatch.intake.arrival import Arrival, SourceFacts, arrive
from longwatch.intake.arrival import understood as understood_at
from longwatch.intake.fast.answers import Answer, problem
from longwatch.intake.fast.batching import store
from longwatch.intake.fast.body import LARGEST_SIGNAL
from longwatch.intake.lines import MOST_LISTED, Line
from longwatch.intake.mapping import Whole
from longwatch.intake.statement import JSON

# Lines read before others have their turn: about a millisecond.
PIECE = 25
# Arrivals stored by one statement. Whoever sends the same keys at the same time waits for its commit, so a smaller one
# lets two requests follow each other closely instead of one after the other.
CHUNK = 250
Connection = psycopg.AsyncConnection[Any]
Understood = tuple[int, SourceFacts, Arrival]


class SourceOf(Protocol):
    """Finds the source of a line by the slug the line names; `fixed` when there is one for all lines."""

    fixed: bool

    async def __call__(self, slug: str) -> SourceFacts:
        """The source; refuses an unknown one."""


@dataclass
class Tally:
    """What became of the lines so far."""

    created: int = 0
    repeated: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    # The numbers of the lines that were rejected.
    refused: set[int] = field(default_factory=set)
    # Lines that hold several signals, or a signal and more, with what was found in them.
    split: list[tuple[SourceFacts, bytes, Whole]] = field(default_factory=list)
    # What is counted: lines of a request, or parts of one body.
    unit: str = "line"
    created_in: Counter[UUID] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """The lines that were stored."""
        return self.created + self.repeated

    def reject(self, line: int, error: Exception) -> None:
        """Count a bad line, and list it while the list is short."""
        self.refused.add(line)
        self.reject_part(line, error)

    def reject_part(self, line: int, error: Exception) -> None:
        """Count a bad part of a line that is good but for it."""
        self.rejected += 1
        if len(self.errors) < MOST_LISTED:
            sentence = error.sentence if isinstance(error, LongwatchError) else f"This {self.unit} could not be stored."
            fields = getattr(error, "fields", None) or {"body": sentence}
            name, detail = next(iter(fields.items()))
            self.errors.append({self.unit: line, "field": name, "detail": detail})

    @property
    def why(self) -> str:
        """What is wrong with the rejected lines, told of the first."""
        first = self.errors[0] if self.errors else {self.unit: 0, "field": "body", "detail": ""}
        return (
            f"{self.rejected} {self.unit}s. {self.unit.title()} {first[self.unit]}, {first['field']}: {first['detail']}"
        )

    def answer(self) -> Answer:
        """The whole result; a problem document when no line was good."""
        if self.rejected and not self.accepted:
            sentence = f"None of {self.rejected} {self.unit}s could be read."
            return problem(422, sentence, code="invalid", errors=self.errors, rejected=self.rejected)
        counts = {
            "accepted": self.accepted,
            "created": self.created,
            "repeated": self.repeated,
            "rejected": self.rejected,
        }
        return Answer(200, msgspec.json.encode({**counts, "errors": self.errors}))


async def understand(lines: Sequence[Line], source_of: SourceOf) -> tuple[list[Understood], Tally]:
    """The arrivals of the good lines; the bad ones are counted in the tally."""
    tally = Tally()
    understood: list[Understood] = []
    for start in range(0, len(lines), PIECE):
        await _understand_some(lines[start : start + PIECE], source_of, tally, understood)
        await asyncio.sleep(0)  # Other requests have their turn.
    return understood, tally


async def _understand_some(
    lines: Sequence[Line], source_of: SourceOf, tally: Tally, understood: list[Understood]
) -> None:
    fixed = await source_of("") if source_of.fixed else None
    for number, raw in lines:
        try:
            if len(raw) > LARGEST_SIGNAL:
                raise Invalid("too large", fields={"body": f"The line is larger than {LARGEST_SIGNAL} bytes."})
            whole = understood_at(fixed, raw)
            for piece in whole.pieces:
                source = fixed or await source_of(piece.signal.source or "")
                understood.append((number, source, arrive(source, piece.signal, piece.raw, read_as=piece.format)))
            for fault in whole.faults:
                tally.reject_part(number, fault.error)
            if not whole.is_all_of(raw):
                tally.split.append((source, raw, whole))
        except LongwatchError as error:
            tally.reject(number, _with_field(error))


async def store_all(connection: Connection, actor: Actor, understood: Sequence[Understood], tally: Tally) -> None:
    """Store arrivals; what the database refuses is counted as bad.

    Part by part, each durable by itself, unless the connection is in a transaction that keeps them together.
    """
    # All bulk requests take signals in one order, so that two cannot wait for each other.
    ordered = sorted(understood, key=lambda each: (each[1].id, each[2].key))
    start = 0
    while start < len(ordered):
        source = ordered[start][1]
        part = [each for each in ordered[start : start + CHUNK] if each[1] is source]
        try:
            async with _whole_or_not(connection):
                await _store_part(connection, actor, part, tally)
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            for one in part:
                await _store_alone(connection, actor, one, tally)
        start += len(part)


def _whole_or_not(connection: Connection) -> AbstractAsyncContextManager[Any]:
    """One statement alone is a transaction; inside a larger one, a savepoint lets that go on when this fails."""
    alone = connection.info.transaction_status is TransactionStatus.IDLE
    return nullcontext() if alone else connection.transaction()


def _with_field(error: LongwatchError) -> LongwatchError:
    return Invalid(error.sentence, fields={"source": error.sentence}) if isinstance(error, NotAllowed) else error


async def _store_part(connection: Connection, actor: Actor, part: Sequence[Understood], tally: Tally) -> None:
    arrivals = [arrival for _, _, arrival in part]
    results = await store(connection, actor, part[0][1], arrivals, JSON)
    created = sum(result.created for result in results)
    tally.created += created
    tally.created_in[part[0][1].compartment_id] += created
    tally.repeated += len(results) - created


async def _store_alone(connection: Connection, actor: Actor, one: Understood, tally: Tally) -> None:
    try:
        async with _whole_or_not(connection):
            await _store_part(connection, actor, [one], tally)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        tally.reject(one[0], error)
