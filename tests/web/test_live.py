# SPDX-License-Identifier: Apache-2.0
"""Live pages: who is told what, and that nobody outside is."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
import pytest
from django.test import AsyncClient

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.web import live
from longwatch.web.live import LONGEST_QUEUE, Change, Hub, Listener, announce
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast
from tests.web.live_pages import LivePage

PATIENCE = 20


def listener(topic: str = "inbox", *compartments: str) -> Listener:
    return Listener(topic, frozenset(compartments or ("inside",)))


class TestListener:
    """Listener"""

    def test_takes_a_change_of_its_topic_inside_its_compartments(self) -> None:
        page = listener("inbox", "one", "two")
        page.offer("inbox", Change("two"))
        assert page.queue.get_nowait() == Change("two")

    @pytest.mark.parametrize(
        ("topic", "compartment"),
        [("inbox", "outside"), ("board", "inside"), ("record:1", "inside"), ("inbox", ""), ("", "inside")],
    )
    def test_takes_nothing_else(self, topic: str, compartment: str) -> None:
        page = listener()
        page.offer(topic, Change(compartment))
        assert page.queue.empty()

    def test_takes_nothing_without_compartments(self) -> None:
        page = Listener("inbox", frozenset())
        page.offer("inbox", Change(""))
        assert page.queue.empty()

    def test_is_dropped_when_it_does_not_keep_up(self) -> None:
        page = listener()
        for _ in range(LONGEST_QUEUE):
            page.offer("inbox", Change("inside"))
        kept = page.dropped
        page.offer("inbox", Change("inside"))
        assert (kept, page.dropped, page.queue.qsize()) == (False, True, LONGEST_QUEUE)

    def test_a_change_elsewhere_does_not_fill_it(self) -> None:
        page = listener()
        for _ in range(LONGEST_QUEUE * 2):
            page.offer("inbox", Change("outside"))
        assert not page.dropped

    def test_can_be_dropped_when_full(self) -> None:
        page = listener()
        for _ in range(LONGEST_QUEUE):
            page.offer("inbox", Change("inside"))
        page.drop()
        assert page.dropped


class TestNext:
    """What one message of a stream says"""

    def test_counts_all_that_wait(self) -> None:
        page = listener()
        for new in (2, 0, 40):
            page.offer("inbox", Change("inside", new))
        assert asyncio.run(live._next(page)) == b'data: {"count": 3, "new": 42}\n\n'

    def test_counts_nothing_new_that_its_reader_may_not_see(self) -> None:
        page = listener()
        page.offer("inbox", Change("outside", 500))
        page.offer("inbox", Change("inside", 1))
        assert asyncio.run(live._next(page)) == b'data: {"count": 1, "new": 1}\n\n'

    def test_tells_no_change_at_its_end(self) -> None:
        page = listener()
        page.drop()
        assert asyncio.run(live._next(page)) == b": ends\n\n"

    def test_names_neither_topic_nor_compartment(self) -> None:
        page = listener("record:4711")
        page.offer("record:4711", Change("inside"))
        said = asyncio.run(live._next(page))
        assert b"4711" not in said
        assert b"inside" not in said


@pytest.fixture
def hub_database(committed_db: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    """A database where notes really are sent, which hubs of this process listen to."""
    monkeypatch.setenv("DATABASE_URL", committed_db.admin_conninfo(committed_db.database))
    return committed_db


def with_hub(act: Callable[[Hub], Awaitable[None]]) -> None:
    """Run with a hub of its own, and close it."""

    async def whole() -> None:
        hub = Hub()
        try:
            await asyncio.wait_for(act(hub), PATIENCE)
        finally:
            await hub.close()

    asyncio.run(whole())


class TestHub:
    """Hub"""

    def test_passes_notes_on_from_the_moment_it_is_joined(self, hub_database: Address) -> None:
        async def act(hub: Hub) -> None:
            page, other = listener("inbox", str(SOME)), listener("board", str(SOME))
            await hub.join(page)
            await hub.join(other)
            await asyncio.to_thread(note, hub_database, f"inbox|{SOME}")
            assert await page.queue.get() == Change(str(SOME))
            assert other.queue.empty()

        with_hub(act)

    def test_tells_nothing_to_who_has_left(self, hub_database: Address) -> None:
        async def act(hub: Hub) -> None:
            gone, page = listener("inbox", str(SOME)), listener("inbox", str(SOME))
            await hub.join(gone)
            await hub.join(page)
            hub.leave(gone)
            await asyncio.to_thread(note, hub_database, f"inbox|{SOME}")
            await page.queue.get()
            assert gone.queue.empty()

        with_hub(act)

    def test_survives_notes_that_are_not_ours(self, hub_database: Address) -> None:
        async def act(hub: Hub) -> None:
            page = listener("inbox", str(SOME))
            await hub.join(page)
            for payload in ("", "|", "nonsense", "inbox|not-a-uuid", f"board|{SOME}|9|9", f"inbox|{SOME}|many"):
                await asyncio.to_thread(note, hub_database, payload)
            assert await page.queue.get() == Change(str(SOME))

        with_hub(act)

    def test_drops_pages_with_its_connection_and_listens_again(self, hub_database: Address) -> None:
        async def act(hub: Hub) -> None:
            page, again = listener("inbox", str(SOME)), listener("inbox", str(SOME))
            await hub.join(page)
            await asyncio.to_thread(cut, hub_database)
            await page.queue.get()
            assert page.dropped
            await hub.join(again)
            await asyncio.to_thread(note, hub_database, f"inbox|{SOME}")
            assert await again.queue.get() == Change(str(SOME))

        with_hub(act)


class TestMissed:
    """Hub.missed"""

    @pytest.mark.parametrize(
        ("payload", "missed"),
        [
            ("inbox|elsewhere|1", False),
            ("inbox|inside|1", True),
            ("inbox|inside", True),
            ("board|inside|1", False),
        ],
    )
    def test_tells_what_changed_for_a_page_since_it_was_rendered(self, payload: str, missed: bool) -> None:
        hub = hub_that_listens()
        rendered = clock.now().timestamp()
        hub._tell(payload)
        assert hub.missed(listener(), rendered) is missed

    def test_does_not_tell_what_the_page_shows_already(self) -> None:
        hub = hub_that_listens()
        hub._tell("inbox|inside|1")
        assert not hub.missed(listener(), clock.now().timestamp() + 0.001)

    def test_takes_a_page_that_is_older_than_the_listening_for_outdated(self) -> None:
        rendered = clock.now().timestamp()
        assert hub_that_listens().missed(listener(), rendered)
        assert Hub().missed(listener(), rendered)

    @pytest.mark.parametrize("said", ["", "soon", "nan"])
    def test_takes_a_page_that_does_not_say_when_for_outdated(self, said: str) -> None:
        assert hub_that_listens().missed(listener(), live._moment(said))

    def test_forgets_no_change_silently(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live, "MOST_REMEMBERED", 3)
        hub = hub_that_listens()
        rendered = clock.now().timestamp()
        for topic in ("inbox", "a", "b", "c", "d"):
            hub._tell(f"{topic}|inside")
        assert len(hub._changed) <= 3
        assert hub.missed(listener(), rendered)


def hub_that_listens() -> Hub:
    """A hub that has just begun to listen, but to no database."""
    hub = Hub()
    hub._known_since = clock.now().timestamp()
    return hub


SOME = UUID("00000000-0000-7000-8000-0000000000cc")


def note(database: Address, payload: str) -> None:
    with psycopg.connect(database.admin_conninfo(database.database), autocommit=True) as connection:
        connection.execute("select pg_notify(%s, %s)", [live.CHANNEL, payload])


def cut(database: Address) -> None:
    with psycopg.connect(database.admin_conninfo(database.database), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and query = %s",
            [database.database, f"listen {live.CHANNEL}"],
        )


@pytest.fixture
def people(live_server_process: str) -> Cast:
    """The cast, committed to the database of the running server."""
    return make_cast()


def change(cast: Cast, topic: str, compartment_id: UUID) -> None:
    with acting_as(cast.analyst):
        announce(topic, compartment_id)


@pytest.mark.slow
class TestLive:
    """/live/<topic>, from a real server; its streams end with its hub's connection, so that all can be counted."""

    def test_tells_who_is_inside_and_nobody_else(
        self, live_server_process: str, committed_db: Address, people: Cast
    ) -> None:
        inside = LivePage(live_server_process, people.accounts["analyst"], "inbox")
        outside = LivePage(live_server_process, people.accounts["responder"], "inbox")
        foreign = LivePage(live_server_process, people.accounts["outsider"], "inbox")
        board = LivePage(live_server_process, people.accounts["analyst"], "board")
        send(make_source(people), people)
        inside.wait()
        # The responder is inside the incidents' compartment, so this one they are told.
        change(people, "inbox", people.operations.id)
        inside.wait()
        outside.wait()
        cut(committed_db)
        assert [page.read_to_the_end() for page in (inside, outside, foreign, board)] == [2, 1, 0, 0]

    def test_tells_nothing_of_what_was_not_committed(
        self, live_server_process: str, committed_db: Address, people: Cast
    ) -> None:
        page = LivePage(live_server_process, people.accounts["analyst"], "inbox")

        def undone() -> None:
            with acting_as(people.analyst):
                announce("inbox", people.signals.id)
                raise LookupError

        with pytest.raises(LookupError):
            undone()
        change(people, "inbox", people.signals.id)
        page.wait()
        cut(committed_db)
        assert page.read_to_the_end() == 1

    def test_keeps_topics_apart(self, live_server_process: str, committed_db: Address, people: Cast) -> None:
        """One hears of the record that one has open, not of any other."""
        mine, other = f"record:{uuid7()}", f"record:{uuid7()}"
        page = LivePage(live_server_process, people.accounts["analyst"], mine)
        for topic in (other, "inbox", "board", mine):
            change(people, topic, people.operations.id)
        page.wait()
        cut(committed_db)
        assert page.read_to_the_end() == 1

    def test_tells_a_page_at_once_whether_it_missed_a_change(self, live_server_process: str, people: Cast) -> None:
        analyst = people.accounts["analyst"]
        LivePage(live_server_process, analyst, "inbox").close()  # From here on the server listens.
        rendered = clock.now().timestamp()
        unchanged = LivePage(live_server_process, analyst, "inbox", rendered)
        change(people, "inbox", people.signals.id)
        unchanged.wait()
        changed = LivePage(live_server_process, analyst, "inbox", rendered)
        for page in (unchanged, changed):
            page.close()
        assert (unchanged.missed, changed.missed) == (False, True)

    def test_is_kept_in_no_cache_and_by_no_proxy(self, live_server_process: str, people: Cast) -> None:
        page = LivePage(live_server_process, people.accounts["analyst"], "inbox")
        headers = page.response.headers
        page.close()
        assert headers["Content-Type"] == "text/event-stream"
        assert "no-store" in headers["Cache-Control"]
        assert headers["X-Accel-Buffering"] == "no"


class TestRefusal:
    """/live/<topic> for nobody in particular"""

    def test_is_not_there_for_who_is_not_signed_in(self) -> None:
        answer = asyncio.run(AsyncClient().get("/live/inbox"))
        assert answer.status_code == 404
        assert "There is nothing here" in answer.content.decode()
