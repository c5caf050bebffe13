# SPDX-License-Identifier: Apache-2.0
"""More signals than a look-up looks at: common, rare, of late and long ago, in a seen and in an unseen compartment."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db.models import QuerySet

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.compartments import open_compartment
from longwatch.core.ids import entity_id
from longwatch.core.postgres.address import Address
from longwatch.intake.models import Signal
from longwatch.intake.selectors import signals_matching, signals_with_entity
from longwatch.search import selectors
from longwatch.search.selectors import MOST_COUNTED
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast

READERS = ("analyst", "hr", "supervisor", "outsider", "administrator")
# Newest first: how many signals in each compartment name the thing, and hold it as a word.
STRATA = (("fresh", 5200), ("rare", 3), ("formerly", 1700), ("twelve", 12))
HIDDEN_ONLY = "whistle"
PAGES = 2
FILL = """
insert into intake_signal (id, org_id, compartment_id, source_id, kind, dedup_key, rule, title, description, severity,
  status, entities, entity_ids, place, links, tags, report, occurred_at, first_seen, last_seen, count, dismiss_reason,
  dismiss_note, closed_at, format, techniques, sender_state, sender_changes, version)
select gen_random_uuid(), %(org)s, %(compartment)s, %(source)s, 'alert', sha256(convert_to(%(word)s || n, 'UTF8')), '',
       %(word)s, '', 1, case when n %% 3 = 0 then 'dismissed' else 'new' end, '[]', array[%(entity)s]::uuid[], '', '{}',
       '{}', '{}', at, at, at, 1, '', '', null, '', '{}', '', '{}', 1
  from generate_series(1, %(count)s) n
 cross join lateral (select now() - interval '1 minute' * (%(after)s + n) as at) a
 order by at
"""


@dataclass
class Crowd:
    """What was made."""

    cast: Cast
    address: Address

    def entity(self, word: str) -> UUID:
        """The thing that the signals with this word name."""
        return entity_id(self.cast.organisation.id, f"other:{word}")


def make_crowd(address: Address) -> Crowd:
    """The same strata in a compartment of analysts and in one of HR, and something that only HR may know."""
    crowd = Crowd(make_cast(), address)
    cast = crowd.cast
    with acting_as(cast.administrator):
        letters = open_compartment(
            name="Letters", kind=CompartmentKind.INTAKE, reader_roles=["hr"], by=cast.administrator
        )
    with psycopg.connect(address.admin_conninfo(address.database), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        for compartment in (cast.signals.id, letters.id):
            _fill(admin, crowd, compartment, STRATA)
        _fill(admin, crowd, letters.id, [(HIDDEN_ONLY, 150)])
        admin.execute("analyze intake_signal")
    return crowd


def _fill(admin: "psycopg.Connection[Any]", crowd: Crowd, compartment: UUID, strata: Any) -> None:
    # The oldest first, as they arrive: what stands first in the table is not the newest.
    source, after = make_source(crowd.cast, compartment_id=compartment), sum(count for _, count in strata)
    for word, count in reversed(strata):
        after -= count
        values = {
            "org": crowd.cast.organisation.id, "compartment": compartment, "source": source.id, "word": word,
            "entity": crowd.entity(word), "count": count, "after": after,
        }  # fmt: skip
        admin.execute(FILL, values)


def words() -> list[str]:
    """Everything that can be looked for."""
    return [*(word for word, _ in STRATA), HIDDEN_ONLY]


def check_crowd(crowd: Crowd) -> None:
    """Every look-up shows everybody what row security shows them; raises AssertionError otherwise."""
    for name in READERS:
        with acting_as(crowd.cast.actors[name]):
            for word in words():
                check_word(crowd, word, name)
            check_together(crowd, name)


def check_word(crowd: Crowd, word: str, name: str) -> None:
    """One thing as one reader sees it: its newest signals, page by page, by word and by name."""
    entity = crowd.entity(word)
    newest = list(visible(word).values_list("id", flat=True)[: 10 * PAGES])
    assert naming(entity) == newest, f"the signals that name {word} show {name} something else"
    assert holding(word) == newest, f"the signals that hold {word} show {name} something else"
    assert signals_with_entity(entity, 10) == newest[:10], f"the inbox of {word} shows {name} something else"
    assert signals_matching(word, 10) == newest[:10], f"the inbox for {word} shows {name} something else"


def check_together(crowd: Crowd, name: str) -> None:
    """All things at once: counts to the bound, the first if all are known, and the newest five."""
    by_id = {crowd.entity(word): word for word in words()}
    found: dict[str, list[selectors.Sighting]] = {word: [] for word in words()}
    for sighting in selectors.sightings(list(by_id), allowed=["signal"]):
        found[by_id[sighting.entity_id]].append(sighting)
    for word, sightings in found.items():
        assert told(sightings) == expected(word), f"the sightings of {word} show {name} something else"


def told(sightings: list[selectors.Sighting]) -> tuple[Any, ...]:
    """Number, whether there may be more, the first, and the newest five."""
    ids = [each for sighting in sightings for each in sighting.newest]
    newest = list(Signal.objects.filter(id__in=ids).order_by("-first_seen", "-id").values_list("id", flat=True)[:5])
    firsts = [sighting.first_at for sighting in sightings]
    first = None if None in firsts else min(firsts, default=None)  # type: ignore[type-var]
    return sum(each.count for each in sightings), any(each.more for each in sightings), first, newest


def expected(word: str) -> tuple[Any, ...]:
    """The same by row security."""
    rows = visible(word)
    count, newest = rows.count(), list(rows.values_list("id", flat=True)[:5])
    more, first = count > MOST_COUNTED, rows.last()
    return min(count, MOST_COUNTED), more, first.first_seen if first and not more else None, newest


def visible(word: str) -> QuerySet[Signal]:
    """What row security shows of a word, newest first."""
    return Signal.objects.filter(title=word).order_by("-first_seen", "-id")


def naming(entity: UUID) -> list[UUID]:
    """The first pages of an entity's signals."""
    found, cursor = [], None
    for _ in range(PAGES):
        page = selectors.signals_naming(entity, cursor=cursor, limit=10)
        found += [row[0] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def holding(word: str) -> list[UUID]:
    """The first pages of the signals that hold a word."""
    found, cursor = [], None
    for _ in range(PAGES):
        page = selectors.everything(word, wanted=["signal"], allowed=["signal"], cursor=cursor, limit=10)
        found += [hit.id for hit in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found
