# SPDX-License-Identifier: Apache-2.0
"""Many signals in one request (NDJSON): good lines are kept, bad ones are listed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import psycopg

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, LongwatchError, NotAllowed
from longwatch.intake.arrival import Arrival, SourceFacts, arrive
from longwatch.intake.fast.answers import Answer, problem
from longwatch.intake.fast.batching import store
from longwatch.intake.fast.body import LARGEST_SIGNAL
from longwatch.intake.statement import JSON
from longwatch.intake.submission import read

MOST_LINES = 20_000
CHUNK = 500
MOST_LISTED = 100
Connection = psycopg.AsyncConnection[Any]
Line = tuple[int, bytes]


class SourceOf(Protocol):
    """Finds the source of a line by the slug the line names."""

    async def __call__(self, slug: str) -> SourceFacts:
        """The source; refuses an unknown one."""


@dataclass
class Tally:
    """What became of the lines so far."""

    created: int = 0
    repeated: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, line: int, error: Exception) -> None:
        """Count a bad line, and list it while the list is short."""
        self.rejected += 1
        if len(self.errors) < MOST_LISTED:
            sentence = error.sentence if isinstance(error, LongwatchError) else "This line could not be stored."
            fields = getattr(error, "fields", None) or {"body": sentence}
            name, detail = next(iter(fields.items()))
            self.errors.append({"line": line, "field": name, "detail": detail})

    def answer(self) -> Answer:
        """The whole result; a problem document when no line was good."""
        if self.rejected and not (self.created or self.repeated):
            sentence = f"None of {self.rejected} lines could be read."
            return problem(422, sentence, code="invalid", errors=self.errors, rejected=self.rejected)
        accepted = self.created + self.repeated
        counts = {"accepted": accepted, "created": self.created, "repeated": self.repeated, "rejected": self.rejected}
        return Answer(200, msgspec.json.encode({**counts, "errors": self.errors}))


def lines_of(body: bytes) -> list[Line]:
    """The lines that are not blank, numbered from 1; refuses none and too many."""
    if body.count(b"\n") > MOST_LINES:
        sentence = f"Send at most {MOST_LINES} lines in one request."
        raise Invalid(sentence, fields={"body": sentence})
    numbered = enumerate(body.split(b"\n"), start=1)
    lines = [(number, stripped) for number, line in numbered if (stripped := line.removesuffix(b"\r")).strip()]
    if not lines:
        raise Invalid("The body holds no lines.", fields={"body": "Send one JSON object a line."})
    return lines


async def store_lines(connection: Connection, actor: Actor, lines: Sequence[Line], source_of: SourceOf) -> Tally:
    """Store all good lines in the connection's transaction; while one part is stored, the next is read."""
    tally = Tally()
    storing: asyncio.Task[None] | None = None
    try:
        for start in range(0, len(lines), CHUNK):
            part = await _understood(lines[start : start + CHUNK], source_of, tally)
            if storing is not None:
                await storing
            storing = asyncio.create_task(_store_part(connection, actor, part, tally))
            await asyncio.sleep(0)  # Other requests have their turn.
        if storing is not None:
            await storing
    finally:
        if storing is not None and not storing.done():
            storing.cancel()
    return tally


Part = dict[Any, tuple[SourceFacts, list[tuple[int, Arrival]]]]


async def _understood(lines: Sequence[Line], source_of: SourceOf, tally: Tally) -> Part:
    """The arrivals of good lines by source; bad lines are counted."""
    part: Part = {}
    for number, raw in lines:
        try:
            if len(raw) > LARGEST_SIGNAL:
                raise Invalid("too large", fields={"body": f"The line is larger than {LARGEST_SIGNAL} bytes."})
            signal = read(raw)
            source = await source_of(signal.source or "")
            arrival = arrive(source, signal, raw)
        except LongwatchError as error:
            tally.reject(number, _with_field(error))
        else:
            part.setdefault(source.id, (source, []))[1].append((number, arrival))
    return part


def _with_field(error: LongwatchError) -> LongwatchError:
    return Invalid(error.sentence, fields={"source": error.sentence}) if isinstance(error, NotAllowed) else error


async def _store_part(connection: Connection, actor: Actor, part: Part, tally: Tally) -> None:
    for source, numbered in part.values():
        try:
            async with connection.transaction():
                await _store_all(connection, actor, source, numbered, tally)
        except (psycopg.OperationalError, LongwatchError):
            raise
        except psycopg.Error:
            for one in numbered:
                await _store_alone(connection, actor, source, one, tally)


async def _store_all(
    connection: Connection, actor: Actor, source: SourceFacts, numbered: Sequence[tuple[int, Arrival]], tally: Tally
) -> None:
    results = await store(connection, actor, source, [arrival for _, arrival in numbered], JSON)
    created = sum(result.created for result in results)
    tally.created += created
    tally.repeated += len(results) - created


async def _store_alone(
    connection: Connection, actor: Actor, source: SourceFacts, one: tuple[int, Arrival], tally: Tally
) -> None:
    try:
        async with connection.transaction():
            await _store_all(connection, actor, source, [one], tally)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        tally.reject(one[0], error)
