# SPDX-License-Identifier: Apache-2.0
"""Telling other systems what happened, with a real ledger, real commits and a real server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_roles
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.exchange import hook_selectors as selectors
from longwatch.exchange.hook_models import Course, DeadLetter, Subscription
from longwatch.exchange.hook_rules import OFFERS
from longwatch.exchange.services.subscribing import pause, resume, send_again
from longwatch.exchange.services.telling import tell_everybody
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.ledger.sealing import seal_now
from tests.exchange.listener import Listener, listening, subscribed
from tests.personas import Cast, make_cast


@pytest.fixture
def people(committed_db: Address, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    return make_cast()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def opened(people: Cast, *titles: str) -> None:
    for title in titles:
        with acting_as(people.supervisor):
            open_incident(title=title, category="CY-01", by=people.supervisor)
    seal_now()


def course(people: Cast, row: Subscription) -> Course:
    with acting_as(people.administrator):
        return Course.objects.get(subscription=row)


def letters(people: Cast, row: Subscription) -> list[DeadLetter]:
    with acting_as(people.administrator):
        return list(DeadLetter.objects.filter(subscription=row))


def tell_later(minutes: int = 120) -> int:
    """Another round when every pause is over."""
    with clock.unsafe_pretend(clock.now() + timedelta(minutes=minutes)):
        return tell_everybody()


class TestTelling:
    def test_tells_what_happens_from_now_on_in_order_and_signed(self, people: Cast, listener: Listener) -> None:
        opened(people, "Before")
        _row, secret = subscribed(people, listener, "incident.opened")
        opened(people, "First", "Second")
        assert tell_everybody() == 2
        assert [each["data"]["fields"]["title"] for each in listener.heard] == ["First", "Second"]
        assert listener.checked(secret)

    def test_tells_nothing_twice_when_it_was_taken(self, people: Cast, listener: Listener) -> None:
        subscribed(people, listener, "incident.opened")
        opened(people, "Once")
        tell_everybody()
        assert tell_later() == 0
        assert len(listener.heard) == 1

    def test_tells_nothing_of_compartments_that_the_account_may_not_see(self, people: Cast, listener: Listener) -> None:
        subscribed(people, listener, "*", name="hr")
        with acting_as(people.investigator):
            open_case(title="Threats against the plant", type="workplace_violence", by=people.investigator)
        opened(people, "Beacon")
        tell_everybody()
        assert b"Threats" not in b"".join(each.body for each in listener.server.asked)
        assert not [each for each in listener.types if each.startswith("case.")]

    def test_tells_nothing_as_an_account_that_is_a_program_no_more(self, people: Cast, listener: Listener) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "Once")
        with acting_as(people.administrator):
            change_roles(row.account_id, roles=["supervisor"], by=people.administrator)
        assert tell_everybody() == 0
        assert listener.heard == []

    def test_offers_the_same_event_again_until_it_is_taken_and_nothing_before_it(
        self, people: Cast, listener: Listener
    ) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "First", "Second")
        listener.status = 503
        assert tell_everybody() == 0
        assert course(people, row).failure == "It answered with status 503."
        listener.status = 200
        assert tell_later() == 2
        assert [each["data"]["fields"]["title"] for each in listener.heard] == ["First", "First", "Second"]
        ids = [each.headers["webhook-id"] for each in listener.server.asked]
        assert ids[0] == ids[1]

    def test_waits_before_it_offers_again(self, people: Cast, listener: Listener) -> None:
        subscribed(people, listener, "incident.opened")
        opened(people, "First")
        listener.status = 500
        tell_everybody()
        tell_everybody()
        assert len(listener.heard) == 1

    def test_gives_up_an_event_that_is_refused_for_good_and_goes_on(self, people: Cast, listener: Listener) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "Bad", "Good")
        listener.answers = lambda told: 422 if told["data"]["fields"]["title"] == "Bad" else 200
        for round_ in range(OFFERS):
            tell_later(120 * (round_ + 1))
        (letter,) = letters(people, row)
        assert (letter.action, letter.failure) == ("incident.opened", "It answered with status 422.")
        assert listener.heard[-1]["data"]["fields"]["title"] == "Good"

    def test_tells_a_refused_event_again_when_somebody_asks(self, people: Cast, listener: Listener) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "Bad")
        listener.status = 422
        for round_ in range(OFFERS):
            tell_later(120 * (round_ + 1))
        (letter,) = letters(people, row)
        listener.status = 200
        with acting_as(people.administrator):
            send_again(letter.id, by=people.administrator)
        tell_everybody()
        assert letters(people, row)[0].resent_at is not None

    def test_tells_administrators_nothing_of_refused_events_that_are_closed_to_them(
        self, people: Cast, listener: Listener
    ) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "Bad")
        listener.status = 422
        for round_ in range(OFFERS):
            tell_later(120 * (round_ + 1))
        with acting_as(people.administrator):
            (letter,) = selectors.letters(row, people.administrator)
            assert (letter.action, letter.entry_id) == ("", 0)
            resent = send_again(letter.id, by=people.administrator)
            assert (resent.action, resent.entry_id) == ("", 0)
            asked = LedgerEntry.objects.get(action="subscription.event_resent")
            said = LedgerDetail.objects.get(entry_id=asked.id).fields
        assert (said["event"]["value"], said["entry"]["value"]) == ("", 0)
        kept = letters(people, row)
        with acting_as(people.supervisor):
            assert [each.action for each in selectors.shown(kept, people.supervisor)] == ["incident.opened"]

    def test_pauses_when_the_address_is_gone(self, people: Cast, listener: Listener) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "First")
        listener.status = 410
        tell_everybody()
        with acting_as(people.administrator):
            assert Subscription.objects.get(id=row.id).pause_reason == "It answered with status 410."

    def test_tells_after_a_pause_what_happened_in_it(self, people: Cast, listener: Listener) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        with acting_as(people.administrator):
            pause(row.id, "Maintenance", by=people.administrator)
        opened(people, "Meanwhile")
        assert tell_everybody() == 0
        with acting_as(people.administrator):
            resume(row.id, by=people.administrator)
        assert tell_everybody() == 1

    def test_connects_to_no_service_of_this_machine_that_nobody_allowed(
        self, people: Cast, listener: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, _secret = subscribed(people, listener, "incident.opened")
        opened(people, "First")
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "")
        assert tell_everybody() == 0
        assert not listener.heard
        assert "this machine itself" in course(people, row).failure
