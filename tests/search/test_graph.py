# SPDX-License-Identifier: Apache-2.0
"""The graph, one step at a time."""

from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.ids import uuid7
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.services.opening import add_signals
from longwatch.search.graph import neighbours
from longwatch.search.services.identifying import merge
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast
from tests.search.cast_entities import ANA, GHOST, MAIL, Place, make_place, name, of


@pytest.fixture
def place(cast: Cast) -> Place:
    return make_place(cast)


def tied(key: str, actor: Actor, limit: int = 25) -> list[tuple[str, str]]:
    """All that a node is tied to, page by page: tie and key."""
    found: list[tuple[str, str]] = []
    cursor: str | None = None
    with acting_as(actor):
        while True:
            _node, page = neighbours(key, actor, cursor=cursor, limit=limit)
            assert len(page.rows) <= limit
            found += [(each.tie, each.node.key) for each in page.rows]
            cursor = page.next_cursor
            if not cursor:
                return found


class TestNeighbours:
    def test_of_a_record_are_those_it_names(self, cast: Cast, place: Place) -> None:
        key = f"incident:{place.incident.id}"
        assert set(tied(key, cast.analyst)) == {
            ("Involved", f"entity:{place.ana}"),
            ("Involved", f"entity:{place.mail}"),
        }

    def test_of_an_entity_are_records_and_signals_that_name_it(self, cast: Cast, place: Place) -> None:
        sent = send(make_source(cast), cast, entities=[{"kind": "email", "value": MAIL, "part": "subject"}])
        expected = {("Involved", f"incident:{place.incident.id}"), ("Subject", f"signal:{sent.signal_id}")}
        assert set(tied(f"entity:{place.mail}", cast.analyst)) == expected

    def test_of_an_entity_are_what_it_is_the_same_as(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst):
            merge(place.ana, kind="email", value=MAIL, record=place.incident, reason="x", by=cast.analyst)
        assert ("is the same as", f"entity:{place.mail}") in tied(f"entity:{place.ana}", cast.analyst)
        assert ("is the same as", f"entity:{place.ana}") in tied(f"entity:{place.mail}", cast.analyst)

    def test_of_a_signal_are_what_it_names_and_where_it_is(self, cast: Cast, place: Place) -> None:
        sent = send(make_source(cast), cast, entities=[{"kind": "ip", "value": "192.0.2.7"}])
        with acting_as(cast.analyst):
            add_signals(place.incident.id, [sent.signal_id], by=cast.analyst)
        found = tied(f"signal:{sent.signal_id}", cast.analyst)
        assert ("belongs to", f"incident:{place.incident.id}") in found
        assert of(cast, "ip", "192.0.2.7") in [UUID(key.partition(":")[2]) for _tie, key in found]
        assert ("holds", f"signal:{sent.signal_id}") in tied(f"incident:{place.incident.id}", cast.analyst)

    def test_come_page_by_page_without_gap_or_repeat(self, cast: Cast, place: Place) -> None:
        source = make_source(cast)
        for number in range(5):
            send(source, cast, title=f"Mail {number}", entities=[{"kind": "email", "value": MAIL}])
            name(cast.analyst, email=MAIL)
        with acting_as(cast.analyst):
            merge(place.mail, kind="person", value="The Owl", record=place.incident, reason="x", by=cast.analyst)
        whole = tied(f"entity:{place.mail}", cast.analyst)
        assert tied(f"entity:{place.mail}", cast.analyst, limit=3) == whole
        assert len(set(whole)) == len(whole) == 12

    def test_are_those_only_that_the_reader_may_see(self, cast: Cast, place: Place) -> None:
        before = tied(f"entity:{place.ana}", cast.analyst)
        with acting_as(cast.lead):
            add_mention(place.case, kind="person", value=ANA, by=cast.lead)
            merge(place.ana, kind="account", value=GHOST, record=place.case, reason="x", by=cast.lead)
        assert tied(f"entity:{place.ana}", cast.analyst) == before
        assert len(tied(f"entity:{place.ana}", cast.lead)) == len(before) + 2

    @pytest.mark.parametrize("key", ["", "entity", "entity:", "entity:x", "ghost:{id}", "entity:{id}", "case:{id}",
                                     "entity:{{{id}}}", "\0"])  # fmt: skip
    def test_do_not_exist_of_what_is_not_there(self, cast: Cast, key: str) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            neighbours(key.format(id=uuid7()), cast.analyst)

    def test_do_not_exist_of_what_the_reader_may_not_see(self, cast: Cast, place: Place) -> None:
        for key in (f"entity:{place.ghost}", f"case:{place.case.id}"):
            with acting_as(cast.analyst), pytest.raises(NotFound):
                neighbours(key, cast.analyst)

    def test_refuse_a_cursor_of_somebody_elses(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            neighbours(f"entity:{place.ana}", cast.analyst, cursor="x")
