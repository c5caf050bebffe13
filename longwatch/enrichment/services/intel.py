# SPDX-License-Identifier: Apache-2.0
"""Loading intelligence that the operator has, and taking it out again. Nothing is ever fetched here."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import DataError, connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.canonical import canonical
from longwatch.core.errors import NotFound
from longwatch.enrichment import selectors
from longwatch.enrichment.events import IntelLoaded, IntelRemoved
from longwatch.enrichment.intel.reading import Read
from longwatch.enrichment.intel.shape import Entry, Loaded
from longwatch.enrichment.models import Dataset

AT_ONCE = 5_000
_INSERT = """
insert into enrichment_value (dataset_id, org_id, style, key, network, about)
select %s, %s, u.style, u.key, u.network::inet, u.about::jsonb
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as u (style, key, network, about)
"""
FIELDS = (
    "file", "sha256", "edition", "dated", "kinds", "values_count", "skipped", "loaded_at", "removed_at",
)  # fmt: skip


@transaction.atomic
def load(read: Read, *, by: Actor) -> list[Dataset]:
    """Put what a file holds in the place of an older edition of the same list; the lists, with what was skipped.

    A file that was loaded already, to the byte, changes nothing. Refuses (403) who does not manage sources.
    """
    require(by, Permission.SOURCE_MANAGE)
    return [_load(each, read, by) for each in read.loaded]


@transaction.atomic
def remove(dataset_id: UUID, *, by: Actor) -> Dataset:
    """Take a list out, so that it is compared with nothing any more; doing it twice changes nothing."""
    dataset = Dataset.objects.select_for_update().filter(id=dataset_id, org_id=by.org_id).first()
    if dataset is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    if dataset.removed_at is not None:
        return dataset
    _empty(dataset)
    dataset.removed_at, dataset.values_count = clock.now(), 0
    event = IntelRemoved(subject_id=dataset.id, kind=dataset.kind, dataset=dataset.name)
    return ledger.record(event, by=by, row=dataset, fields=["removed_at", "values_count"])


def _load(loaded: Loaded, read: Read, by: Actor) -> Dataset:
    dataset, is_new = selectors.dataset_for_update(by, loaded.kind, loaded.name)
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
    _fill(dataset, usable)
    return dataset


def _empty(dataset: Dataset) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from enrichment_value where dataset_id = %s", [dataset.id])


def _usable(loaded: Loaded) -> list[Entry]:
    """The values without those that say the same twice and patterns that the database cannot read."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in loaded.entries:
        if entry.style != "regex" or _is_pattern(entry.key):
            seen.setdefault((entry.style, entry.key), entry)
    return list(seen.values())


def _is_pattern(pattern: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select '' ~* %s", [pattern])
    except DataError:
        return False
    return True


def _fill(dataset: Dataset, entries: Sequence[Entry]) -> None:
    with connection.cursor() as cursor:
        for some in _portions(entries):
            columns: list[list[str | None]] = [
                [each.style for each in some], [each.key for each in some], [each.network for each in some],
                [canonical(each.about).decode() if each.about else None for each in some],
            ]  # fmt: skip
            cursor.execute(_INSERT, [dataset.id, dataset.org_id, *columns])


def _portions(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while some := list(islice(rest, AT_ONCE)):
        yield some
