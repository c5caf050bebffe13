# SPDX-License-Identifier: Apache-2.0
"""Reads of intelligence, inventory, watch-lists and results; row security decides what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from longwatch.access.models import Compartment, CompartmentKind
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.enrichment.models import Dataset, InventoryItem, Known, Result, ResultKind, WatchEntry, WatchList

MOST_SHOWN = 200


def datasets(actor: Actor) -> QuerySet[Dataset]:
    """The lists that are compared with signals, by kind and name."""
    return Dataset.objects.filter(org_id=actor.org_id, removed_at=None).order_by("kind", "name", "id")


def dataset_for_update(by: Actor, kind: str, name: str) -> tuple[Dataset, bool]:
    """The list of this kind and name, held; or a new one, and that it is new."""
    found = Dataset.objects.select_for_update().filter(org_id=by.org_id, kind=kind, name=name).first()
    return (found, False) if found else (Dataset(org_id=by.org_id, kind=kind, name=name), True)


def home(actor: Actor) -> Compartment:
    """Where the inventory and watch-lists of the organisation are; refuses (404) who is not inside."""
    found = Compartment.objects.filter(org_id=actor.org_id, kind=CompartmentKind.OPERATIONS).first()
    if found is None:
        raise NotFound
    return found


def items(
    actor: Actor, what: str, words: str = "", *, cursor: str | None = None, limit: int = 50
) -> Page[InventoryItem]:
    """A page of assets or identities by name; words are looked for in name, identifiers, owner and site."""
    rows = InventoryItem.objects.filter(org_id=actor.org_id, what=what, removed_at=None)
    for word in words.split()[:5]:
        rows = rows.filter(_holding(word))
    if cursor:
        name, identity = decode_cursor(cursor, 2)
        rows = rows.filter(_after(str(name), _uuid(identity)))
    found = list(rows.order_by("name", "id")[: limit + 1])
    return page_of(found, limit, lambda each: (each.name, str(each.id)), first=cursor is None)


def _after(name: str, identity: UUID) -> RawSQL:
    return RawSQL("(name, id) > (%s, %s)", (name, identity), output_field=BooleanField())


def _holding(word: str) -> RawSQL:
    return RawSQL(
        "concat_ws(' ', name, owner, site, array_to_string(identifiers, ' ')) ilike %s",
        ("%" + _literal(word) + "%",),
        output_field=BooleanField(),
    )


def _literal(word: str) -> str:
    """A word without the signs that stand for others."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        refusal = "Use the cursor of the last answer."
        raise Invalid("The cursor is not one of ours.", fields={"cursor": refusal}) from error


def item(actor: Actor, item_id: UUID) -> InventoryItem:
    """An asset or identity that is still there; refuses any other."""
    found = InventoryItem.objects.filter(org_id=actor.org_id, id=item_id, removed_at=None).first()
    if found is None:
        raise NotFound
    return found


def items_by_name(actor: Actor, what: Known, names: Sequence[str]) -> dict[str, InventoryItem]:
    """Those of these names that are in the organisation's own inventory, held until the transaction ends."""
    rows = InventoryItem.objects.select_for_update().filter(
        compartment_id=home(actor).id, what=what, removed_at=None, name__in=list(names)
    )
    return {each.name: each for each in rows.order_by("id")}


def watchlists(actor: Actor) -> QuerySet[WatchList]:
    """All watch-lists that the actor may know of, those that end first first."""
    entries = Count("entries", filter=Q(entries__removed_at=None))
    return WatchList.objects.filter(org_id=actor.org_id).annotate(size=entries).order_by("expires_at", "id")


def watchlist(actor: Actor, watchlist_id: UUID) -> WatchList:
    """A watch-list; refuses one that is not there for the reader."""
    found = watchlists(actor).filter(id=watchlist_id).first()
    if found is None:
        raise NotFound
    return found


def entries(watchlist_id: UUID) -> QuerySet[WatchEntry]:
    """What is on a watch-list now."""
    return WatchEntry.objects.filter(watchlist_id=watchlist_id, removed_at=None).order_by("kind", "value", "id")


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What was found about a signal, and how far the looking got: '' when nobody looked yet."""

    state: str
    results: list[Result]


_ABOUT = """
select r.*, l.text as state
  from (select %s::uuid as signal_id) s
  left join enrichment_look l on l.signal_id = s.signal_id
  left join enrichment_result r on r.signal_id = s.signal_id and r.expires_at > %s
 order by r.proposed_severity desc nulls last, r.kind, r.value limit %s
"""


def enrichment(signal_id: UUID) -> Enrichment:
    """Everything found about one signal that the reader may know, in one statement."""
    rows: list[Any] = list(Result.objects.raw(_ABOUT, [signal_id, clock.now(), MOST_SHOWN]))
    state = next((row.state for row in rows), None) or ""
    return Enrichment(state, [row for row in rows if row.id is not None])


def results_of_signals(signals: Sequence[UUID], limit: int = 5 * MOST_SHOWN) -> list[Result]:
    """What was found about some signals and may still be relied on, the newest first."""
    rows = Result.objects.filter(signal_id__in=list(signals), expires_at__gt=clock.now())
    return list(rows.exclude(kind=ResultKind.EXTRACTED).order_by("-at", "-id")[:limit])


_OF_RECORD = """
select r.* from records_link k join enrichment_result r on r.signal_id = k.from_id and r.expires_at > %s
 where k.to_id = %s and k.kind = 'belongs' and k.ended_at is null and r.kind <> 'extracted'
 order by r.proposed_severity desc nulls last, r.kind, r.value, r.at desc limit %s
"""


def results_of_record(record_id: UUID) -> list[Result]:
    """What was found about all signals of an incident or case, each thing once, in one statement."""
    once: dict[tuple[str, str, str, str], Result] = {}
    for each in Result.objects.raw(_OF_RECORD, [clock.now(), record_id, 5 * MOST_SHOWN]):
        once.setdefault((each.kind, each.entity_kind, each.value, each.source), each)
    return list(once.values())[:MOST_SHOWN]
