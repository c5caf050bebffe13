# SPDX-License-Identifier: Apache-2.0
"""What the engine gave up is counted, and tried again; and figures of sources are for those who may know of them."""

import uuid
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.config.gauges import gauges, seen
from longwatch.core import clock
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.intake.models import Source
from longwatch.intake.services.settling_again import GivenUp, given_up, given_up_everywhere, try_again
from longwatch.intake.settling import MOST_ATTEMPTS, Arrived, settle
from longwatch.intake.source_figures import figures
from longwatch.intake.source_health import healths, volume
from longwatch.ledger.connecting import as_role
from longwatch.ledger.models import LedgerEntry
from tests.intake.cast_signals import keep_unreadable, make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


def failing(_connection: psycopg.Connection[Any], _arrived: Sequence[Arrived]) -> None:
    raise ValueError("no")


def gave_up(town: Cast, count: int = 1) -> Source:
    """A source of which so many signals were given up."""
    source = make_source(town)
    for number in range(count):
        send(source, town, title=f"Bad {number}", dedup_key=str(number))
    with as_role(ENGINE) as engine:
        for _ in range(MOST_ATTEMPTS):
            settle(engine, [failing])
    return source


def move_away(database: Address, source: Source) -> None:
    """Put a source into a compartment that nobody of the cast is in."""
    with superuser(database) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update intake_source set compartment_id = %s where id = %s", [uuid.uuid4(), source.id])


class TestGivenUp:
    """given_up, given_up_everywhere"""

    def test_is_counted_by_source(self, town: Cast) -> None:
        source = gave_up(town, 2)
        with acting_as(town.supervisor):
            assert given_up() == [GivenUp(source.id, source.name, 2)]
            assert given_up_everywhere() >= 2
            assert {each.value for each in gauges() if each.name == "given_up_signals"} == {given_up_everywhere()}

    @pytest.mark.parametrize("name", ["analyst", "outsider", "auditor"])
    def test_is_for_who_manages_the_source(self, town: Cast, name: str) -> None:
        gave_up(town)
        with acting_as(town.actors[name]):
            assert given_up() == []

    def test_is_for_supervisors_inside_its_compartment_and_for_administrators(
        self, town: Cast, committed_db: Address
    ) -> None:
        source = gave_up(town)
        move_away(committed_db, source)
        with acting_as(town.supervisor):
            assert given_up() == []
            assert try_again(source.id, by=town.supervisor) == 0
        with acting_as(town.administrator):
            assert [each.source_id for each in given_up()] == [source.id]


class TestTryAgain:
    """try_again"""

    def test_gives_them_to_the_stages_once_more_and_says_who_asked(self, town: Cast) -> None:
        source = gave_up(town, 2)
        tray: list[Arrived] = []
        with as_role(ENGINE) as engine:
            assert settle(engine, [failing]) == 0
        with acting_as(town.supervisor):
            assert try_again(source.id, by=town.supervisor) == 2
            assert given_up() == []
            entry = LedgerEntry.objects.filter(subject_id=source.id).latest("id")
        assert (entry.action, entry.actor_id) == ("source.settling_retried", town.supervisor.id)
        with as_role(ENGINE) as engine:
            assert settle(engine, [lambda _engine, arrived: tray.extend(arrived)]) == 2
        assert {each.title for each in tray} == {"Bad 0", "Bad 1"}

    def test_does_nothing_where_nothing_was_given_up(self, town: Cast) -> None:
        source = make_source(town)
        with acting_as(town.supervisor):
            assert try_again(source.id, by=town.supervisor) == 0
            assert LedgerEntry.objects.filter(subject_id=source.id, action="source.settling_retried").count() == 0

    def test_refuses_who_does_not_manage_it(self, town: Cast) -> None:
        source = make_source(town)
        with acting_as(town.analyst), pytest.raises(NotAllowed):
            try_again(source.id, by=town.analyst)
        with acting_as(town.outsider), pytest.raises(NotFound):
            try_again(source.id, by=town.outsider)

    def test_is_not_needed_when_it_comes_again(self, town: Cast) -> None:
        source = gave_up(town)
        tray: list[Arrived] = []
        send(source, town, title="Bad 0", dedup_key="0")
        with as_role(ENGINE) as engine:
            assert settle(engine, [lambda _engine, arrived: tray.extend(arrived)]) == 1
        assert [each.arrivals for each in tray] == [2]

    def test_is_a_button_of_the_page_health(self, town: Cast) -> None:
        source = gave_up(town)
        browser = Client()
        browser.force_login(town.accounts["supervisor"])
        page = browser.get("/administration/health").content.decode()
        assert f"Signals of {source.name} that could not be grouped and enriched" in page
        answer = browser.post(f"/administration/sources/{source.id}/settling", follow=True)
        assert "1 signal is tried again." in answer.content.decode()
        with acting_as(town.supervisor):
            assert given_up() == []


class TestFigures:
    """Those of sources, and of the page Health."""

    def test_are_not_for_supervisors_outside_the_compartment(self, town: Cast, committed_db: Address) -> None:
        source = make_source(town)
        send(source, town)
        keep_unreadable(source, town)
        with acting_as(town.supervisor):
            before = seen()
        move_away(committed_db, source)
        with acting_as(town.supervisor):
            assert source.id not in healths()
            assert sum(each.arrivals for each in volume(source.id, clock.now())) == 0
            assert not figures(source.id).days
            assert seen()["unread_deliveries", ""] == before["unread_deliveries", ""] - 1
            assert seen()["unsettled_signals", ""] == before["unsettled_signals", ""] - 1
        with acting_as(town.administrator):
            assert healths()[source.id].failed == 1
            assert seen()["unread_deliveries", ""] == before["unread_deliveries", ""]
        browser = Client()
        browser.force_login(town.accounts["supervisor"])
        page = browser.get(f"/administration/sources/{source.id}").content.decode()
        assert "signals, and for administrators." in page
        assert "Never" not in page

    def test_of_health_are_of_the_viewer_s_organisation(self, town: Cast) -> None:
        source = make_source(town)
        send(source, town)
        keep_unreadable(source, town)
        with acting_as(town.outsider):
            others = seen()
        assert (others["unsettled_signals", ""], others["unread_deliveries", ""]) == (0, 0)
        assert others["unsettled_oldest_seconds", ""] == 0
        assert others["alone", ""] == 0

    @pytest.mark.parametrize("name", ["analyst", "auditor"])
    def test_of_health_are_empty_for_who_manages_no_sources(self, town: Cast, name: str) -> None:
        send(make_source(town), town)
        with acting_as(town.actors[name]):
            assert seen()["unsettled_signals", ""] == 0
