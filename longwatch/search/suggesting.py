# SPDX-License-Identifier: Apache-2.0
"""What is likely the same as an entity, of what the reader may see. Nothing is merged by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.ids import entity_id as identifier
from longwatch.enrichment.models import InventoryItem
from longwatch.entities import identities
from longwatch.entities.kinds import EntityKind, entity_key
from longwatch.entities.likeness import Why, alike, spellings, words_for
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.identify import Candidate
from longwatch.search.naming import named_in

MOST_SUGGESTED = 12
MOST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Likely:
    """An entity that is likely the same, and why."""

    entity: Candidate
    why: Why


def suggestions(entity_id: UUID, actor: Actor) -> list[Likely]:
    """The likely ones, best first; without those that are merged or told apart already. Refuses (404) the unseen."""
    allowed = readable_kinds(actor)
    known = identities.known(entity_id, allowed)
    mine = list({each.identity.id: each.identity for each in named_in(known.ids, actor)}.values())
    if not mine:
        raise NotFound
    found: dict[UUID, Likely] = {}
    for likely in (*_inventory(mine, actor), *_exact(mine, actor), *_by_name(mine, allowed)):
        found.setdefault(likely.entity.id, likely)
    gone = {*known.ids, *known.apart}
    order = list(Why)
    rest = [likely for each, likely in found.items() if each not in gone]
    return sorted(rest, key=lambda likely: order.index(likely.why))[:MOST_SUGGESTED]


def _inventory(mine: Sequence[Candidate], actor: Actor) -> Iterator[Likely]:
    keys = [entity_key(each.kind, each.value) for each in mine]
    rows = InventoryItem.objects.filter(org_id=actor.org_id, removed_at=None, identifiers__overlap=keys)
    for row in rows.order_by("name", "id")[:10]:
        for key in row.identifiers:
            kind, _colon, value = key.partition(":")
            if key not in keys and kind in EntityKind.values and value:
                yield Likely(Candidate(identifier(actor.org_id, key), EntityKind(kind), value), Why.INVENTORY)


def _exact(mine: Sequence[Candidate], actor: Actor) -> list[Likely]:
    asked: dict[UUID, Likely] = {}
    for each in mine:
        for kind, value, why in spellings(each.kind, each.value):
            key = entity_key(kind, value)
            named = Candidate(identifier(actor.org_id, key), kind, key.partition(":")[2])
            asked.setdefault(named.id, Likely(named, why))
    seen = {row.entity_id for row in selectors.sightings(list(asked)[:100], allowed=readable_kinds(actor))}
    return [likely for each, likely in asked.items() if each in seen]


def _by_name(mine: Sequence[Candidate], allowed: Sequence[str]) -> Iterator[Likely]:
    words = list(dict.fromkeys(word for each in mine for word in words_for(each.kind, each.value)))[:8]
    if not words:
        return
    kinds = [EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.ACCOUNT, EntityKind.EMAIL]
    # The last one is also taken as a beginning: of an address, most often.
    asked = " or ".join([*words, ".".join(words[:2])])
    page = selectors.entities(asked, kinds=[str(kind) for kind in kinds], allowed=allowed, limit=MOST_COMPARED)
    for row in page.rows:
        for each in mine:
            if why := alike(each.kind, each.value, row.kind, row.value):
                yield Likely(Candidate(row.id, EntityKind(row.kind), row.value), why)
                break
