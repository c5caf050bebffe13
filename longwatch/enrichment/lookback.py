# SPDX-License-Identifier: Apache-2.0
"""After a list was loaded, fetched or removed: signals that are there already are looked up in it again.

Only those that name something in it get results, and results that the list no longer bears out go. Bounded: what is
open and what came lately, the newest first; once for all changes of a list within some seconds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from longwatch.core import clock
from longwatch.enrichment.asking import Question, Thing, things_of, unique
from longwatch.enrichment.judging import result_kind
from longwatch.enrichment.lookups import Connection, Hit, listed
from longwatch.enrichment.stage import LONGEST_TEXT, MOST_RESULTS, keep, keeps_quiet

MOST_SIGNALS = 20_000
MOST_HIT = 5_000
RECENT = timedelta(days=7)
TOGETHER = 1_000
# Held at once while results are taken away.
AT_ONCE = 100
SPACING = timedelta(seconds=20)
# One look-back a database at a time.
_LOCK = "select pg_try_advisory_lock(hashtext('longwatch.enrichment.lookback'))"
_UNLOCK = "select pg_advisory_unlock(hashtext('longwatch.enrichment.lookback'))"
_DUE = """
select d.id, d.org_id, d.kind, d.name, l.asked
  from enrichment_lookback l join enrichment_dataset d on d.id = l.dataset_id
 where l.asked > l.done and (l.done_at is null or l.done_at < %s) order by l.at, d.id limit 1
"""
_DONE = "update enrichment_lookback set done = %s, done_at = %s where dataset_id = %s"
# Each part walks an index from its newest end.
_SIGNALS = """
select id from (
  (select id, first_seen from intake_signal where org_id = %(org)s and status in ('new', 'acknowledged')
      and suppression_id is null order by first_seen desc, id desc limit %(most)s)
  union
  (select id, first_seen from intake_signal where org_id = %(org)s and first_seen > %(since)s
    order by first_seen desc, id desc limit %(most)s)) s
 order by first_seen desc, id desc limit %(most)s
"""
_NAMED = """
select s.id, s.org_id, s.compartment_id, s.severity, s.entities, s.techniques, s.tags, s.title,
       left(s.description, %s), s.kind, s.first_seen, l.digest
  from intake_signal s join enrichment_look l on l.signal_id = s.id where s.id = any (%s::uuid[])
"""
_EXTRACTED = """
select signal_id, entity_kind, value from enrichment_result where kind = 'extracted' and signal_id = any (%s::uuid[])
"""
# Who erases the text takes this row away, and who looks the signal up anew changes it.
_STILL = "select 1 from enrichment_look where signal_id = %s and digest = %s for update"
_BEFORE = "delete from enrichment_result where signal_id = %s and kind = %s and source = %s"
_COUNTED = "select count(*) from enrichment_result where signal_id = %s"
_UNBORNE = """r.org_id = %(org)s and r.source = %(source)s and r.kind = %(kind)s
   and not exists (select 1 from enrichment_value v where v.dataset_id = %(dataset)s and v.key = r.facts ->> 'matched'
                      and (v.until is null or v.until > now()))
"""
_STALE = f"select distinct r.signal_id from enrichment_result r where {_UNBORNE} order by 1"  # noqa: S608
_HELD = "select 1 from enrichment_look where signal_id = any (%(signals)s::uuid[]) order by signal_id for update"
_NO_LONGER = f"delete from enrichment_result r where r.signal_id = any (%(signals)s::uuid[]) and {_UNBORNE}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class List:
    """A list that changed."""

    id: UUID
    org_id: UUID
    kind: str
    name: str
    asked: int


@dataclass(slots=True)
class Named:
    """A signal and what it names, as it was last looked up."""

    question: Question
    digest: bytes


def look_back(connection: Connection, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Look signals up in one list that changed; how many name something in it. Nothing waits: 0."""
    row = connection.execute(_DUE, [clock.now() - SPACING]).fetchone()
    if row is None or connection.execute(_LOCK).fetchone() != (True,):
        return 0
    try:
        changed = List(*row)
        hits = _looked_up(connection, changed, is_stopping)
        if not is_stopping():
            connection.execute(_DONE, [changed.asked, clock.now(), changed.id])
        return hits
    finally:
        connection.execute(_UNLOCK)


def _looked_up(connection: Connection, changed: List, is_stopping: Callable[[], bool]) -> int:
    values = {"org": changed.org_id, "source": changed.name[:200], "kind": result_kind(changed.kind)}
    _taken_back(connection, values | {"dataset": changed.id})
    now = clock.now()
    some = {"org": changed.org_id, "most": MOST_SIGNALS, "since": now - RECENT}
    ids = iter([identity for (identity,) in connection.execute(_SIGNALS, some).fetchall()])
    hit = 0
    while (batch := list(islice(ids, TOGETHER))) and hit < MOST_HIT and not is_stopping():
        for named, hits in _hits(connection, changed, _named(connection, batch)):
            hit += _kept(connection, changed, named, hits, now)
    return hit


def _taken_back(connection: Connection, values: dict[str, Any]) -> None:
    """Take away what the list no longer bears out; the looks first, as everybody who writes results down."""
    signals = iter([signal for (signal,) in connection.execute(_STALE, values).fetchall()])
    while some := list(islice(signals, AT_ONCE)):
        with connection.transaction():
            connection.execute(_HELD, {"signals": some})
            connection.execute(_NO_LONGER, values | {"signals": some})


def _named(connection: Connection, ids: Sequence[UUID]) -> list[Named]:
    """What signals name; those that nobody looked up yet come to it by themselves."""
    found: dict[UUID, Named] = {}
    for row in connection.execute(_NAMED, [LONGEST_TEXT, list(ids)]).fetchall():
        identity, org, compartment, severity, entities, techniques, tags, title, text, kind, first_seen, digest = row
        if not keeps_quiet(kind, first_seen):
            things = things_of(entities, techniques, tags, f"{title}\n{text}")
            found[identity] = Named(Question(identity, org, compartment, severity, things), bytes(digest))
    for identity, kind, value in connection.execute(_EXTRACTED, [list(found)]).fetchall():
        question = found[identity].question
        question.things = unique([*question.things, Thing(kind, value, from_text=True)])
    return list(found.values())


def _hits(connection: Connection, changed: List, signals: Sequence[Named]) -> Iterator[tuple[Named, list[Hit]]]:
    """The signals that name something in the list. Each thing is asked for once, however many signals name it."""
    things = list(dict.fromkeys(thing for each in signals for thing in each.question.things))
    asked = [Question(each.question.signal_id, changed.org_id, each.question.compartment_id, 0, things)
             for each in signals[:1]]  # fmt: skip
    by_thing = {hit.thing: hit for hit in listed(connection, asked, only=changed.id)}
    for each in signals:
        hits = [by_thing[thing] for thing in each.question.things if thing in by_thing]
        if hits:
            yield each, hits


def _kept(connection: Connection, changed: List, named: Named, hits: Sequence[Hit], now: datetime) -> bool:
    """Write down what the list says of a signal, in the place of what it said before."""
    question = named.question
    with connection.transaction():
        if connection.execute(_STILL, [question.signal_id, named.digest]).fetchone() is None:
            return False
        connection.execute(_BEFORE, [question.signal_id, result_kind(changed.kind), changed.name[:200]])
        ((count,),) = connection.execute(_COUNTED, [question.signal_id]).fetchall()
        some: list[Any] = list(hits)[: max(0, MOST_RESULTS - count)]
        keep(connection, [question], [_of_one(each) for each in some], now)
    return True


def _of_one(hit: Hit) -> Hit:
    """A hit of its own for a signal, which is the only one that is asked about."""
    return Hit(0, hit.thing, hit.what, hit.source, dict(hit.facts), hit.edition, hit.dated)
