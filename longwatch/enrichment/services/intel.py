# SPDX-License-Identifier: Apache-2.0
"""Loading intelligence that the operator has, and taking it out again. Feeds load with the same."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DataError, connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.canonical import canonical
from longwatch.core.errors import Conflict, NotFound
from longwatch.enrichment import selectors
from longwatch.enrichment.events import IntelLoaded, IntelRemoved
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.intel.reading import Read
from longwatch.enrichment.intel.shape import Entry, Loaded
from longwatch.enrichment.models import Dataset
from longwatch.intake.mapping.choosing import BadMapping
from longwatch.intake.mapping.linear import linear

AT_ONCE = 5_000
# A value, and the object of a feed that it came from.
Filled = tuple[Entry, str | None]
_INSERT = """
insert into enrichment_value (dataset_id, org_id, style, key, network, about, until, object)
select %s, %s, u.style, u.key, u.network::inet, u.about::jsonb, u.until, u.object
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
       as u (style, key, network, about, until, object)
"""
_OF_FEED = "feed_id in (select id from enrichment_feed where org_id = %s and list_name = %s and closed_at is null)"
_ANEW = (
    f"delete from enrichment_feed_object where {_OF_FEED}",  # noqa: S608
    f"update enrichment_feed_state set cursor = '{{}}' where {_OF_FEED}",  # noqa: S608
)
_HOLD = f"select 1 from enrichment_feed_state where {_OF_FEED} order by feed_id for update"  # noqa: S608
_LOOKBACK = """
insert into enrichment_lookback as l (dataset_id, org_id) values (%s, %s)
on conflict (dataset_id) do update set asked = l.asked + 1, at = clock_timestamp()
"""
FIELDS = (
    "file", "sha256", "edition", "dated", "kinds", "values_count", "skipped", "loaded_at", "removed_at",
)  # fmt: skip


@transaction.atomic
def load(read: Read, *, feed: Feed | None = None, by: Actor) -> list[Dataset]:
    """Put what a file holds in the place of an older edition of the same list; the lists, with what was skipped.

    A file that was loaded already, to the byte, changes nothing. Refuses (403) who does not manage sources, and (409)
    a list that another feed fills.
    """
    require(by, Permission.SOURCE_MANAGE)
    return [_load(each, read, feed, by) for each in read.loaded]


@transaction.atomic
def remove(dataset_id: UUID, *, by: Actor) -> Dataset:
    """Take a list out, so that it is compared with nothing any more; doing it twice changes nothing.

    Refuses (409) a list that a feed fills: it would be there again at once.
    """
    found = Dataset.objects.filter(id=dataset_id, org_id=by.org_id)
    seen = found.first()
    if seen is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    with connection.cursor() as cursor:
        # First how far its feeds are, then the list: in the order in which a feed takes them.
        cursor.execute(_HOLD, [by.org_id, seen.name])
    dataset = found.select_for_update().get()
    if dataset.removed_at is not None:
        return dataset
    _refuse_fed(dataset, None, enabled=True)
    _empty(dataset)
    with connection.cursor() as cursor:
        # A feed that pauses begins anew when it goes on.
        for statement in _ANEW:
            cursor.execute(statement, [dataset.org_id, dataset.name])
    ask_lookback(dataset)
    dataset.removed_at, dataset.values_count = clock.now(), 0
    event = IntelRemoved(subject_id=dataset.id, kind=dataset.kind, dataset=dataset.name)
    return ledger.record(event, by=by, row=dataset, fields=["removed_at", "values_count"])


def _refuse_fed(dataset: Dataset, feed: Feed | None, **only: Any) -> None:
    """A list is filled by files or by one feed, never by both."""
    fed = Feed.objects.filter(org_id=dataset.org_id, list_name=dataset.name, closed_at=None, **only)
    fed = fed.exclude(id=feed.id) if feed is not None else fed
    other = next((each for each in fed if each.holds == dataset.kind), None)
    if other is not None:
        raise Conflict(f"The feed “{other.label}” fills this list. Pause or end it first.", code="fed")


def _load(loaded: Loaded, read: Read, feed: Feed | None, by: Actor) -> Dataset:
    dataset, is_new = selectors.dataset_for_update(by, loaded.kind, loaded.name)
    _refuse_fed(dataset, feed)
    if not is_new and dataset.sha256 == read.sha256 and dataset.removed_at is None:
        return dataset
    usable = _usable(loaded)
    dataset.file, dataset.sha256, dataset.edition, dataset.dated = read.file, read.sha256, loaded.edition, loaded.dated
    dataset.kinds, dataset.values_count = loaded.kinds, len(usable)
    dataset.skipped = loaded.skipped + len(loaded.entries) - len(usable)
    dataset.loaded_at, dataset.removed_at = clock.now(), None
    event = IntelLoaded(
        subject_id=dataset.id, kind=loaded.kind, dataset=loaded.name, edition=loaded.edition, file=read.file,
        sha256=read.sha256, values=len(usable),
    )  # fmt: skip
    if is_new:
        ledger.record_created(event, by=by, row=dataset)
    else:
        ledger.record(event, by=by, row=dataset, fields=FIELDS)
        _empty(dataset)
    fill(dataset, usable)
    ask_lookback(dataset)
    return dataset


def _empty(dataset: Dataset) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from enrichment_value where dataset_id = %s", [dataset.id])


def _usable(loaded: Loaded) -> list[Entry]:
    """The values without those that say the same twice and patterns that cannot be matched in bounded time."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in loaded.entries:
        if entry.style != "regex" or _is_pattern(entry.key):
            seen.setdefault((entry.style, entry.key), entry)
    return list(seen.values())


def _is_pattern(pattern: str) -> bool:
    """Whether the database reads it, and RE2 does: what refers back or repeats hugely would run on each signal."""
    try:
        linear(pattern, any_case=True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select '' ~* %s", [pattern])
    except (BadMapping, DataError):
        return False
    return True


def ask_lookback(dataset: Dataset) -> None:
    """Have signals that are there already looked up in it within seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOKBACK, [dataset.id, dataset.org_id])


def fill(dataset: Dataset, entries: Sequence[Entry], objects: Sequence[str] | None = None) -> None:
    """Put values into a list; of a feed, each with the object that it came from."""
    whose: Sequence[str | None] = objects if objects is not None else [None] * len(entries)
    with connection.cursor() as cursor:
        for some in _portions(list(zip(entries, whose, strict=True))):
            columns: list[list[Any]] = [
                [each.style for each, _ in some], [each.key for each, _ in some], [each.network for each, _ in some],
                [canonical(each.about).decode() if each.about else None for each, _ in some],
                [each.until for each, _ in some], [of for _, of in some],
            ]  # fmt: skip
            cursor.execute(_INSERT, [dataset.id, dataset.org_id, *columns])


def _portions(entries: Sequence[Filled]) -> Iterator[list[Filled]]:
    rest = iter(entries)
    while some := list(islice(rest, AT_ONCE)):
        yield some
