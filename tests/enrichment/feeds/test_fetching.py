# SPDX-License-Identifier: Apache-2.0
"""Turns of feeds: from another server into a list, and out of it again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.outbound import Unreachable
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.enrichment import selectors
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.feeds import fetching
from longwatch.enrichment.feeds.asking import Budget
from longwatch.enrichment.feeds.fetching import as_feed, due, turn
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.models import Dataset
from longwatch.enrichment.services.feeds import change_feed, close_feed, fetch_now, wanted_of
from longwatch.ledger.connecting import as_role
from longwatch.ledger.models import LedgerEntry
from tests.enrichment.cast_feeds import make_feed, progress_of
from tests.enrichment.feeds.sides import KEY, PASSWORD, USER, MispApi, MispFolder, TaxiiServer, ago
from tests.enrichment.intel_files import KEV, WARNINGLIST, packed
from tests.enrichment.test_stage import kinds, run
from tests.fixtures.little_server import Asked, LittleServer, Said, little_server
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast


@pytest.fixture
def side() -> MispFolder:
    return MispFolder()


@pytest.fixture
def server(side: MispFolder) -> Iterator[LittleServer]:
    with little_server(side) as running:
        yield running


def held(cast: Cast) -> list[str]:
    """The values of all lists."""
    with acting_as(cast.administrator), connection.cursor() as cursor:
        cursor.execute("select key from enrichment_value order by key")
        return [key for (key,) in cursor.fetchall()]


def lists(cast: Cast) -> list[Dataset]:
    with acting_as(cast.administrator):
        return list(selectors.datasets(cast.administrator))


def again(cast: Cast, engine: Connection, feed: Feed) -> int:
    with acting_as(cast.supervisor):
        fetch_now(feed.id, by=cast.supervisor)
    return turn(engine, feed.id)


def entries(cast: Cast, subject: UUID) -> list[LedgerEntry]:
    with acting_as(cast.auditor):
        return list(LedgerEntry.objects.filter(subject_id=subject).order_by("id"))


class TestTurn:
    """turn"""

    def test_fills_a_list_that_says_from_where_and_how_new_it_is(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1", at=ago(3))
        feed = make_feed(committed, url=server.url)
        assert turn(engine, feed.id) == 1
        [dataset] = lists(committed)
        assert (dataset.name, dataset.kind, dataset.file) == ("OSINT", "indicators", f"127.0.0.1:{server.port}")
        assert (dataset.values_count, dataset.dated, len(dataset.sha256)) == (1, ago(3).date(), 64)
        [entry] = entries(committed, dataset.id)
        assert (entry.action, entry.actor_id, entry.actor_kind, entry.via) == (
            "intel.loaded", feed.id, "integration", "feed",
        )  # fmt: skip
        told = progress_of(committed, feed)
        assert (told.state, told.taken, told.values, told.failures) == ("current", 1, 1, 0)

    def test_signals_are_compared_with_it(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1")
        turn(engine, make_feed(committed, url=server.url).id)
        sent = send(make_source(committed), committed, entities=[{"kind": "ip", "value": "203.0.113.1"}])
        run(engine, sent.signal_id)
        assert kinds(committed, sent.signal_id) == {("indicator", "203.0.113.1")}

    def test_what_changed_takes_the_place_of_what_was_and_what_is_gone_drops_out(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1", at=ago(3))
        second = side.put(2, "203.0.113.2")
        feed = make_feed(committed, url=server.url)
        assert turn(engine, feed.id) == 2
        side.put(1, "203.0.113.11")
        del side.events[second]
        side.put(3, "203.0.113.3")
        assert again(committed, engine, feed) == 2
        assert held(committed) == ["203.0.113.11/32", "203.0.113.3/32"]
        assert (progress_of(committed, feed).dropped, lists(committed)[0].values_count) == (1, 2)

    def test_writes_nothing_when_nothing_changed(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1")
        feed = make_feed(committed, url=server.url)
        turn(engine, feed.id)
        before = lists(committed)[0].version
        assert again(committed, engine, feed) == 0
        assert lists(committed)[0].version == before

    def test_values_that_are_over_drop_out_and_count_for_nothing(
        self, committed: Cast, committed_db: Address, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1")
        side.put(2, "203.0.113.2")
        feed = make_feed(committed, url=server.url)
        turn(engine, feed.id)
        with superuser(committed_db) as other:
            other.execute("update enrichment_value set until = now() where key = '203.0.113.1/32'")
        sent = send(make_source(committed), committed, entities=[{"kind": "ip", "value": "203.0.113.1"}])
        run(engine, sent.signal_id)
        assert kinds(committed, sent.signal_id) == set()
        assert again(committed, engine, feed) == 0
        assert (held(committed), lists(committed)[0].values_count) == (["203.0.113.2/32"], 1)

    def test_reads_taxii_and_drops_what_is_revoked_or_no_longer_there(
        self, committed: Cast, engine: Connection
    ) -> None:
        side = TaxiiServer()
        for of in range(3):
            side.put(of, f"203.0.113.{of}")
        with little_server(side) as server:
            feed = make_feed(
                committed, kind="taxii", url=f"{server.url}/taxii2/", scheme="basic", user=USER, secret=PASSWORD
            )
            assert turn(engine, feed.id) == 3
            side.put(0, "203.0.113.0", revoked=True)
            assert again(committed, engine, feed) == 0
            assert held(committed) == ["203.0.113.1/32", "203.0.113.2/32"]
            # Removed without a trace: found out when all is read again.
            side.objects = [each for each in side.objects if "113.1'" not in each[1]["pattern"]]
            assert again(committed, engine, feed) == 0
            assert len(held(committed)) == 2
            with acting_as(committed.supervisor):
                change_feed(feed.id, wanted_of(feed, settings={"days": 60}), by=committed.supervisor)
            assert turn(engine, feed.id) == 1
            assert held(committed) == ["203.0.113.2/32"]

    def test_reads_a_misp_server(self, committed: Cast, engine: Connection) -> None:
        side = MispApi()
        side.put(1, "203.0.113.1")
        with little_server(side) as server:
            feed = make_feed(committed, kind="misp_server", url=server.url, scheme="plain", secret=KEY)
            assert turn(engine, feed.id) == 1
            side.put(1, "203.0.113.1", to_ids=False, at=ago())
            again(committed, engine, feed)
        assert held(committed) == []

    def test_reads_lists_and_catalogues_under_the_name_of_their_list(self, committed: Cast, engine: Connection) -> None:
        bodies = {"/plain": b"203.0.113.1\n", "/kev.json": packed(KEV)}
        with little_server(lambda asked: Said(bodies[asked.path])) as server:
            for path, holds in (("/plain", "indicators"), ("/kev.json", "kev")):
                settings = {"holds": holds}
                feed = make_feed(committed, kind="list", label=path, url=server.url + path, settings=settings)
                assert turn(engine, feed.id) > 0
            assert again(committed, engine, feed) >= 0
        assert [(each.kind, each.name) for each in lists(committed)] == [
            ("indicators", "/plain"), ("kev", "/kev.json"),
        ]  # fmt: skip
        assert progress_of(committed, feed).values == 2

    def test_refuses_content_of_a_kind_that_it_was_not_set_up_for(self, committed: Cast, engine: Connection) -> None:
        with little_server(lambda _asked: Said(packed(WARNINGLIST))) as server:
            feed = make_feed(committed, kind="list", url=server.url)
            assert turn(engine, feed.id) == 0
        told = progress_of(committed, feed)
        assert (told.state, "another kind is left out: warninglist" in told.errors[0].text) == ("failing", True)
        assert lists(committed) == []

    @pytest.mark.parametrize("status", [200, 500])
    def test_ends_quietly_where_somebody_changes_it_meanwhile(
        self, committed: Cast, committed_db: Address, engine: Connection, status: int
    ) -> None:
        def answer(_asked: Asked) -> Said:
            # The transaction of another process, as far as the turn is concerned.
            with superuser(committed_db) as other:
                other.execute("set session_replication_role = replica")
                other.execute("update enrichment_feed set version = version + 1")
            return Said(b"203.0.113.1\n", status)

        with little_server(answer) as server:
            feed = make_feed(committed, kind="list", url=server.url)
            assert turn(engine, feed.id) == 0
        told = progress_of(committed, feed)
        assert (told.failures, told.errors, lists(committed)) == (0, [], [])

    def test_notes_what_goes_wrong_and_waits_longer_each_time(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.instead["/manifest.json"] = Said(b"", 500)
        feed = make_feed(committed, url=server.url)
        waits = []
        for _ in range(3):
            assert turn(engine, feed.id) == 0
            told = progress_of(committed, feed)
            assert told.next_at is not None
            waits.append((told.next_at - ago()).total_seconds())
            assert due(engine, feed.id) == []
            with acting_as(committed.supervisor), connection.cursor() as cursor:
                cursor.execute("update enrichment_feed_state set next_at = now() where feed_id = %s", [feed.id])
        assert waits[0] < waits[1] < waits[2]
        told = progress_of(committed, feed)
        assert (told.state, told.failures, len(told.errors)) == ("failing", 3, 3)
        side.instead.clear()
        turn(engine, feed.id)
        told = progress_of(committed, feed)
        assert (told.state, told.failures, len(told.errors)) == ("current", 0, 3)

    def test_says_which_events_could_not_be_used(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.instead[f"/{side.put(1, '203.0.113.1')}.json"] = Said(b"{broken")
        side.put(2, "203.0.113.2")
        feed = make_feed(committed, url=server.url)
        assert turn(engine, feed.id) == 1
        told = progress_of(committed, feed)
        assert (told.state, "not whole JSON" in told.errors[0].text) == ("current", True)

    def test_begins_a_round_anew_that_fails_again_and_again(self, committed: Cast, engine: Connection) -> None:
        side = TaxiiServer()
        for of in range(5):
            side.put(of, f"203.0.113.{of}")
        with little_server(side) as server:
            feed = make_feed(
                committed, kind="taxii", url=f"{server.url}/api1/", scheme="basic", user=USER, secret=PASSWORD
            )
            with acting_as(as_feed(feed)), connection.cursor() as cursor:
                cursor.execute(
                    "insert into enrichment_feed_state (feed_id, org_id, cursor) values (%s, %s, %s)",
                    [feed.id, feed.org_id, '{"began": "2026-01-01T00:00:00+00:00", "path": "/gone/", "limit": 5,'
                     ' "pages": 0, "all": true, "back": {}}'],
                )  # fmt: skip
            for _ in range(3):
                assert turn(engine, feed.id) == 0
                with acting_as(as_feed(feed)), connection.cursor() as cursor:
                    cursor.execute("update enrichment_feed_state set next_at = now() where feed_id = %s", [feed.id])
            assert turn(engine, feed.id) == 5

    def test_has_one_turn_at_a_time(
        self, committed: Cast, engine: Connection, side: MispFolder, server: LittleServer
    ) -> None:
        side.put(1, "203.0.113.1")
        feed = make_feed(committed, url=server.url)
        with as_role(ENGINE) as other:
            other.execute(fetching.LOCK, [str(feed.id)])
            assert turn(engine, feed.id) == 0
            other.execute(fetching.UNLOCK, [str(feed.id)])
        assert turn(engine, feed.id) == 1

    def test_says_when_its_secret_cannot_be_read(self, committed: Cast, engine: Connection) -> None:
        feed = make_feed(committed, kind="misp_server", url="https://misp.invalid", scheme="plain", secret="x")
        feed.wrapped = "spoilt"
        with pytest.raises(Unreachable, match="cannot be read"):
            fetching.connector_of(feed, Budget())


class TestDue:
    """due"""

    def test_leaves_out_what_pauses_or_has_ended(self, committed: Cast, engine: Connection) -> None:
        feed, other = make_feed(committed), make_feed(committed, label="Other")
        assert {each for each, _org in due(engine)} == {feed.id, other.id}
        with acting_as(committed.supervisor):
            change_feed(feed.id, wanted_of(feed, enabled=False), by=committed.supervisor)
            close_feed(other.id, by=committed.supervisor)
        assert due(engine) == []


class TestAsFeed:
    """What a feed sees when it acts."""

    def test_is_its_own_and_nothing_of_others(self, committed: Cast, engine: Connection) -> None:
        feed, other = make_feed(committed), make_feed(committed, label="Other")
        send(make_source(committed), committed)
        with acting_as(as_feed(feed)), connection.cursor() as cursor:
            cursor.execute("select id from enrichment_feed")
            assert cursor.fetchall() == [(feed.id,)]
            for table in ("intake_signal", "enrichment_feed_object", "incidents_incident", "enrichment_item"):
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone() == (0,)
            cursor.execute("select enrichment_feeding_org()")
            assert cursor.fetchone() == (committed.organisation.id,)
        with acting_as(committed.supervisor):
            close_feed(other.id, by=committed.supervisor)
        with acting_as(as_feed(other)), connection.cursor() as cursor:
            cursor.execute("select enrichment_feeding_org()")
            assert cursor.fetchone() == (None,)


def test_is_not_there_for_others(committed: Cast, engine: Connection) -> None:
    make_feed(committed)
    found: dict[str, Any] = {}
    for name in ("analyst", "outsider"):
        with acting_as(committed.actors[name]), connection.cursor() as cursor:
            cursor.execute(
                "select (select count(*) from enrichment_feed), (select count(*) from enrichment_feed_state)"
            )
            found[name] = cursor.fetchone()
    assert found == {"analyst": (0, 0), "outsider": (0, 0)}
