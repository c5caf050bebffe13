# SPDX-License-Identifier: Apache-2.0
"""How strictly something is marked, as far as analyzers go: TLP says who may learn of it, PAP what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from longwatch.enrichment.cortex.contract import AMBER, LEVELS

TLP = ("clear", "green", "amber", "amber+strict", "red")
PAP = ("clear", "green", "amber", "red")
_TAGS = """
select distinct lower(tag) from intake_signal s cross join unnest(s.tags) as tag
 where (s.id = %(record)s or s.id in (select l.from_id from records_link l
         where l.to_id = %(record)s and l.kind = 'belongs' and l.ended_at is null))
   and tag ~* '^ *(tlp|pap):'
union all
select unnest(array['tlp:' || m.tlp, 'pap:' || m.pap]) from entities_marking m
 where m.entity_id = %(entity)s and m.ended_at is null
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """The strictest words; empty where nothing is marked, which counts as amber."""

    tlp: str = ""
    pap: str = ""


def marks_in(tags: Iterable[str]) -> Marks:
    """The strictest TLP and PAP among tags such as `tlp:amber` and `PAP:RED`; white is clear."""
    found: dict[str, list[str]] = {"tlp": [], "pap": []}
    for tag in tags:
        scheme, _colon, word = tag.strip().strip('"').casefold().partition(":")
        word = "clear" if word == "white" else word
        if word in {"tlp": TLP, "pap": PAP}.get(scheme, ()):
            found[scheme].append(word)
    return Marks(max(found["tlp"], key=TLP.index, default=""), max(found["pap"], key=PAP.index, default=""))


def marks_of(record_id: UUID, entity: UUID | None = None) -> Marks:
    """How a signal is marked, or those of a record; and the entity that is asked about, as far as the reader sees."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, {"record": record_id, "entity": entity})
        return marks_in(tag for (tag,) in cursor.fetchall())


def is_freer(word: str, than: str) -> bool:
    """Whether a mark lets more people know, or more be done, than the mark that is there."""
    return than != "" and LEVELS.get(word, AMBER) < LEVELS.get(than, AMBER)
