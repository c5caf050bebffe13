# SPDX-License-Identifier: Apache-2.0
"""Putting what a feed gave into its list, and how far it is: both in one transaction, or neither."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from longwatch import ledger
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.outbound import target_of
from longwatch.enrichment import selectors
from longwatch.enrichment.events import IntelLoaded
from longwatch.enrichment.feed_models import INDICATORS, Feed
from longwatch.enrichment.feeds.asking import Portion, Taken
from longwatch.enrichment.intel.reading import MOST_VALUES, Read
from longwatch.enrichment.intel.shape import Loaded
from longwatch.enrichment.models import Dataset
from longwatch.enrichment.services.intel import FIELDS, ask_lookback, fill, load
from longwatch.entities.kinds import EntityKind

MOST_ERRORS = 20
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
# Patterns would be run on every signal: they are taken from files that an administrator loads, never from a feed.
PATTERN = "regex"
NOTHING = hashlib.sha256(b"").hexdigest()
_KNOWN = "select key, stamp from enrichment_feed_object where feed_id = %s and (%s::text[] is null or key = any (%s))"
_SEEN = """
insert into enrichment_feed_object (feed_id, key, stamp, seen_at)
select %s, k, s, %s from unnest(%s::text[], %s::text[]) as u (k, s)
on conflict (feed_id, key) do update set stamp = excluded.stamp, seen_at = excluded.seen_at
"""
_UNSEEN = "select key from enrichment_feed_object where feed_id = %s and seen_at < %s"
_GONE = "delete from enrichment_feed_object where feed_id = %s and key = any (%s)"
_OUT = "delete from enrichment_value where dataset_id = %s and object = any (%s)"
_OVER = "delete from enrichment_value where dataset_id = %s and until <= %s"
_CLEARED = "delete from enrichment_value where dataset_id = %s"
_FIRST = "select not exists (select 1 from enrichment_feed_object where feed_id = %s)"
_COUNTED = "select count(*) from enrichment_value where dataset_id = %s"
_ANSWERED = """
insert into enrichment_feed_state as t (feed_id, org_id, cursor, next_at, answered_at, caught_up_at, newest_at, taken,
                                        dropped, errors)
values (%(feed)s, %(org)s, %(cursor)s, %(next)s, %(now)s, %(caught_up)s, %(newest)s, %(taken)s, %(dropped)s, %(errors)s)
on conflict (feed_id) do update set
  cursor = excluded.cursor, next_at = excluded.next_at, answered_at = excluded.answered_at, failures = 0,
  caught_up_at = coalesce(excluded.caught_up_at, t.caught_up_at), newest_at = greatest(t.newest_at, excluded.newest_at),
  taken = t.taken + excluded.taken, dropped = t.dropped + excluded.dropped, errors = excluded.errors
"""
_FAILED = """
insert into enrichment_feed_state as t (feed_id, org_id, cursor, next_at, failures, errors)
values (%s, %s, %s, %s, %s, %s)
on conflict (feed_id) do update set cursor = excluded.cursor, next_at = excluded.next_at, failures = excluded.failures,
  errors = excluded.errors
"""
# Whoever changes a feed touches this row after it: they wait until it is written, or this sees the change.
_BEGIN = "insert into enrichment_feed_state (feed_id, org_id) values (%s, %s) on conflict do nothing"
_STATE = "select cursor::text, failures, errors::text from enrichment_feed_state where feed_id = %s for update"


@dataclass(frozen=True, slots=True)
class State:
    """How far a feed is."""

    cursor: Mapping[str, Any]
    failures: int
    errors: list[dict[str, str]]


class Changed(Exception):
    """The feed was changed, paused or ended during its turn: what was fetched may be of another place."""


def state_of(feed_id: UUID) -> State:
    """How far it is; at the beginning where it was never asked."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [feed_id])
        found = cursor.fetchone()
    if found is None:
        return State({}, 0, [])
    return State(msgspec.json.decode(found[0]), found[1], msgspec.json.decode(found[2]))


def known(feed_id: UUID, keys: Sequence[str] | None = None) -> dict[str, str]:
    """The edition of each object that was taken, of some or all."""
    some = None if keys is None else list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [feed_id, some, some])
        return dict(cursor.fetchall())


@transaction.atomic
def store(feed: Feed, portion: Portion, *, by: Actor) -> int:
    """Put a portion into the list of the feed, and note where it ended; how many objects were new or changed.

    Refuses (Changed) what was asked for before somebody changed, paused or ended the feed.
    """
    before = _held(feed)
    if portion.whole is not None:
        taken, dropped = _whole(feed, portion.whole, by), 0
    else:
        taken, dropped = _some(feed, portion, by)
    now = clock.now()
    wait = timedelta(0) if portion.more else timedelta(seconds=feed.interval_seconds)
    errors = _noted(before.errors, portion.problems)
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERED,
            {
                "feed": feed.id, "org": feed.org_id, "cursor": _json(portion.cursor), "next": now + wait, "now": now,
                "caught_up": None if portion.more else now, "taken": taken, "dropped": dropped,
                "newest": _newest(portion.taken), "errors": _json(errors),
            },
        )  # fmt: skip
    return taken


@transaction.atomic
def note_failure(feed: Feed, sentence: str, *, anew: bool) -> None:
    """Say what went wrong, and wait longer each time; a round that fails again and again begins anew.

    Refuses (Changed) as store does.
    """
    before = _held(feed)
    failures = before.failures + 1
    usual = max(timedelta(seconds=feed.interval_seconds), SHORTEST_WAIT)
    wait = max(min(SHORTEST_WAIT * 2 ** min(failures - 1, 12), usual, LONGEST_WAIT), SHORTEST_WAIT)
    begins = before.cursor.get("back", before.cursor) if anew or failures > 2 else before.cursor
    errors = _noted(before.errors, [sentence])
    with connection.cursor() as cursor:
        cursor.execute(
            _FAILED, [feed.id, feed.org_id, _json(begins), clock.now() + wait, failures, _json(errors)]
        )  # fmt: skip


def _held(feed: Feed) -> State:
    """How far it is, kept for the rest of the transaction; refuses when it is not as it was when its turn began."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [feed.id, feed.org_id])
    state = state_of(feed.id)
    if not Feed.objects.filter(id=feed.id, version=feed.version, enabled=True, closed_at=None).exists():
        raise Changed
    return state


def _whole(feed: Feed, read: Read, by: Actor) -> int:
    """A whole list in the place of the one before, under the name and of the kind that the feed was set up for."""
    fit = [each for each in read.loaded if each.kind == feed.holds]
    one = Loaded(feed.holds, feed.list_name, sorted({kind for each in fit for kind in each.kinds}))
    for each in fit:
        usable = [entry for entry in each.entries if entry.style != PATTERN]
        one.entries += usable
        one.skipped += each.skipped + len(each.entries) - len(usable)
        one.edition, one.dated = each.edition or one.edition, each.dated or one.dated
    load(replace(read, loaded=[one]), feed=feed, by=by)
    return len(one.entries)


def _some(feed: Feed, portion: Portion, by: Actor) -> tuple[int, int]:
    """How many objects are new or changed, and how many dropped out."""
    dataset, is_new = selectors.dataset_for_update(by, INDICATORS, feed.list_name)
    now = clock.now()
    before = known(feed.id, [each.key for each in portion.taken])
    fresh = list({each.key: each for each in portion.taken if before.get(each.key) != each.stamp}.values())
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [feed.id])
        if not is_new and cursor.fetchone()[0]:
            # What an earlier feed of this list left.
            cursor.execute(_CLEARED, [dataset.id])
        gone = _gone(cursor, feed, portion, now)
        out = 0
        if not is_new:
            cursor.execute(_OUT, [dataset.id, [*gone, *(each.key for each in fresh)]])
            out = cursor.rowcount
            cursor.execute(_OVER, [dataset.id, now])
            out += cursor.rowcount
    if out or any(each.entries for each in fresh):
        _put(dataset, is_new, feed, portion, fresh, by)
    return len(fresh), len(gone)


def _gone(cursor: Any, feed: Feed, portion: Portion, now: datetime) -> list[str]:
    """Note what was met, and forget what is no longer there; the keys of that."""
    once = {each.key: each.stamp for each in portion.taken}
    cursor.execute(_SEEN, [feed.id, now, list(once.keys()), list(once.values())])
    gone = set(portion.gone)
    if portion.unseen_before is not None:
        cursor.execute(_UNSEEN, [feed.id, portion.unseen_before])
        gone |= {key for (key,) in cursor.fetchall()}
    gone &= set(known(feed.id, sorted(gone)))
    cursor.execute(_GONE, [feed.id, sorted(gone)])
    return sorted(gone)


def _put(dataset: Dataset, is_new: bool, feed: Feed, portion: Portion, fresh: Sequence[Taken], by: Actor) -> None:
    """The new values, and the entry about the list as it is then."""
    now = clock.now()
    newest = _newest(fresh)
    dataset.kinds, dataset.removed_at, dataset.loaded_at = [str(kind) for kind in EntityKind], None, now
    dataset.file, dataset.sha256 = target_of(feed.url).shown, portion.sha256 or dataset.sha256 or NOTHING
    if newest is not None and (edition := newest.strftime("%Y-%m-%d %H:%M")) >= dataset.edition:
        dataset.edition, dataset.dated = edition, newest.date()
    values = [
        (each, entry) for each in fresh for entry in each.entries
        if entry.style != PATTERN and (entry.until is None or entry.until > now)
    ]  # fmt: skip
    if is_new:
        dataset.values_count = len(values)
        ledger.record_created(_event(dataset), by=by, row=dataset)
    fill(dataset, [entry for _each, entry in values], [each.key for each, _entry in values])
    if not is_new:
        with connection.cursor() as cursor:
            cursor.execute(_COUNTED, [dataset.id])
            (dataset.values_count,) = cursor.fetchone()
        ledger.record(_event(dataset), by=by, row=dataset, fields=FIELDS)
    ask_lookback(dataset)
    if dataset.values_count > MOST_VALUES:
        raise Conflict(f"It holds more than {MOST_VALUES} values. Let it hold them for fewer days.", code="too_many")


def _event(dataset: Dataset) -> IntelLoaded:
    return IntelLoaded(
        subject_id=dataset.id, kind=dataset.kind, dataset=dataset.name, edition=dataset.edition, file=dataset.file,
        sha256=dataset.sha256, values=dataset.values_count,
    )  # fmt: skip


def _newest(taken: Sequence[Taken]) -> datetime | None:
    return max((each.at for each in taken if each.at is not None), default=None)


def _noted(before: Sequence[dict[str, str]], sentences: Sequence[str]) -> list[dict[str, str]]:
    now = clock.now().isoformat()
    return [*({"at": now, "text": sentence} for sentence in reversed(sentences)), *before][:MOST_ERRORS]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
