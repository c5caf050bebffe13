# SPDX-License-Identifier: Apache-2.0
"""The settler's stage: everything known about what new signals name, before anybody opens them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from psycopg.types.json import Jsonb

from longwatch.core import clock
from longwatch.core.discretion import is_only_day
from longwatch.core.ids import uuid7
from longwatch.enrichment.asking import Question, things_of
from longwatch.enrichment.judging import hours, proposed, result_kind
from longwatch.enrichment.lookups import Connection, Hit, listed, ours, seen
from longwatch.enrichment.placing import placed

MOST_RESULTS = 200
LONGEST_TEXT = 20_000
# After this a repeat of a signal is looked up again.
HOLDS = timedelta(hours=24)
_SIGNALS = """
select s.id, s.org_id, s.compartment_id, s.severity, s.title, s.description, s.entities, s.techniques, s.tags,
       s.kind, s.first_seen, case when s.latitude is null then s.place else '' end, l.digest, l.expires_at
  from intake_signal s left join enrichment_look l on l.signal_id = s.id where s.id = any(%s::uuid[])
 order by s.id
"""
_LOOK = """
insert into enrichment_look (signal_id, org_id, compartment_id, severity, digest, text, why, at, expires_at)
values (%s, %s, %s, %s, %s, 'waiting', '', %s, %s)
on conflict (signal_id) do update set severity = excluded.severity, digest = excluded.digest, at = excluded.at,
  expires_at = excluded.expires_at, text = excluded.text, why = ''
"""
_RESULT = """
insert into enrichment_result (id, org_id, compartment_id, told_by_compartment_id, signal_id, kind, entity_kind, value,
  from_text, source, edition, dated, facts, proposed_severity, at, expires_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class HasId(Protocol):
    """A row of the settler, as far as this stage needs it."""

    @property
    def id(self) -> UUID:
        """The signal's."""


def enrich(connection: Connection, rows: Sequence[HasId]) -> None:
    """Look up what these signals name and keep what was found; their texts wait for the extractor.

    What was asked before, to the letter and not long ago, is not asked again. Severities stay as they are.
    """
    asked = [each for each in _questions(connection, [row.id for row in rows]) if each is not None]
    if not asked:
        return
    questions = [question for question, _digest in asked]
    ids = [question.signal_id for question in questions]
    now = clock.now()
    with connection.cursor() as cursor:
        # The looks first: this waits for whoever is writing results down (lookback), so that they are replaced, too.
        cursor.executemany(_LOOK, [_look(question, digest, now) for question, digest in asked])
    connection.execute("delete from enrichment_result where signal_id = any(%s::uuid[])", [ids])
    keep(connection, questions, [*look_up(connection, questions), *placed(connection, questions)], now)


def look_up(connection: Connection, questions: Sequence[Question]) -> list[Hit]:
    """All results about what these questions name."""
    return [*listed(connection, questions), *ours(connection, questions), *seen(connection, questions)]


def keep(connection: Connection, questions: Sequence[Question], hits: Sequence[Hit], now: datetime) -> None:
    """Write results down, each with its signal's compartment."""
    counted: dict[int, int] = {}
    rows = []
    for hit in hits:
        counted[hit.number] = counted.get(hit.number, 0) + 1
        if counted[hit.number] <= MOST_RESULTS:
            rows.append(_result(questions[hit.number], hit, now))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_RESULT, rows)


def keeps_quiet(kind: str, first_seen: datetime) -> bool:
    """Whether this is a reporter's, of which only the day is kept: a result's time would tell the hour."""
    return kind != "alert" and is_only_day(first_seen)


def _questions(connection: Connection, ids: Sequence[UUID]) -> list[tuple[Question, bytes] | None]:
    now = clock.now()
    return [_question(row, now) for row in connection.execute(_SIGNALS, [list(ids)]).fetchall()]


def _question(row: Sequence[Any], now: datetime) -> tuple[Question, bytes] | None:
    """What to ask about a signal; None when the last answer still holds, or nobody must know when it came."""
    identity, org, compartment, severity, title, description, entities, techniques, tags, *rest = row
    kind, first_seen, place, known, until = rest
    if keeps_quiet(kind, first_seen):
        return None
    text = f"{title}\n{description[:LONGEST_TEXT]}"
    things = things_of(entities, techniques, tags, text)
    question = Question(identity, org, compartment, severity, things, place)
    digest = question.digest(text)
    if known is not None and bytes(known) == digest and until > now:
        return None
    return question, digest


def _look(question: Question, digest: bytes, now: datetime) -> tuple[Any, ...]:
    return (
        question.signal_id, question.org_id, question.compartment_id, question.severity, digest, now, now + HOLDS,
    )  # fmt: skip


def _result(question: Question, hit: Hit, now: datetime) -> tuple[Any, ...]:
    kind = result_kind(hit.what)
    told_by = hit.told_by if hit.told_by != question.compartment_id else None
    return (
        uuid7(), question.org_id, question.compartment_id, told_by, question.signal_id, kind, hit.thing.kind,
        hit.thing.value[:500], hit.thing.from_text, hit.source[:200], hit.edition[:60], hit.dated, Jsonb(hit.facts),
        proposed(kind, hit.facts, question.severity), now, now + timedelta(hours=hours(kind)),
    )  # fmt: skip
