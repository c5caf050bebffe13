# SPDX-License-Identifier: Apache-2.0
"""Who a reporter is: apart from the report, told to one person for a time, by a custodian's decision."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.intake.models import Disclosure, Identity, Signal
from longwatch.intake.services import identities
from tests.access.ageing import LONG, signed_in
from tests.intake.services.test_threads import client_of, report, signal_for, unlimited
from tests.personas import Cast

__all__ = ["unlimited"]
NAME = "Quirina Zwart"


@pytest.fixture
def signal(cast: Cast) -> Signal:
    report(cast, name=NAME, email="quirina@example.org")
    found = signal_for(cast.analyst)
    assert found is not None
    return found


def asked(cast: Cast, signal: Signal) -> Disclosure:
    with acting_as(cast.analyst):
        return identities.ask_for_identity(signal.id, "A threat to her life.", by=cast.analyst)


def granted(cast: Cast, signal: Signal) -> Disclosure:
    row = asked(cast, signal)
    with acting_as(cast.custodian):
        return identities.grant(row.id, days=2, note="Only to warn her.", by=cast.custodian)


def reads(actor: Actor, signal: Signal) -> dict[str, str]:
    with acting_as(actor):
        return identities.read_identity(signal.id, by=actor)


class TestKeeping:
    def test_is_in_no_page_or_table_that_readers_of_reports_see(self, cast: Cast, signal: Signal) -> None:
        page = client_of(cast, "analyst").get(f"/signals/{signal.id}").content.decode()
        assert "The custodian knows." in page
        assert NAME not in page + str(signal.__dict__)
        with acting_as(cast.analyst):
            assert not Identity.objects.exists()
            assert not Compartment.objects.filter(section="identity").exists()

    def test_is_sealed_where_it_is_stored(self, cast: Cast, signal: Signal) -> None:
        with acting_as(cast.custodian):
            row = Identity.objects.get()
        assert b"Quirina" not in bytes(row.sealed)
        with acting_as(cast.custodian), connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_detail where fields::text like '%%Quirina%%'")
            assert cursor.fetchone() == (0,)

    def test_is_read_by_the_custodian_and_that_is_recorded(self, cast: Cast, signal: Signal) -> None:
        assert reads(cast.custodian, signal) == {"name": NAME, "email": "quirina@example.org"}
        with acting_as(cast.custodian), connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where action = 'identity.read'")
            assert cursor.fetchone() == (1,)

    def test_does_not_exist_for_an_anonymous_report(self, cast: Cast) -> None:
        report(cast)
        found = signal_for(cast.analyst)
        assert found is not None
        page = client_of(cast, "analyst").get(f"/signals/{found.id}").content.decode()
        assert "They chose to stay anonymous." in page
        assert "Ask the custodian" not in page
        with acting_as(cast.analyst), pytest.raises(Conflict, match="nothing to disclose"):
            identities.ask_for_identity(found.id, "Curious", by=cast.analyst)

    @pytest.mark.parametrize("name", ["supervisor", "investigator", "administrator", "auditor", "privacy", "counsel"])
    def test_is_closed_to_everybody_else(self, cast: Cast, signal: Signal, name: str) -> None:
        assert client_of(cast, name).get(f"/signals/{signal.id}/identity").status_code == 404


class TestDisclosing:
    def test_needs_a_motivation(self, cast: Cast, signal: Signal) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            identities.ask_for_identity(signal.id, " ", by=cast.analyst)

    def test_tells_only_the_one_who_asked(self, cast: Cast, signal: Signal) -> None:
        granted(cast, signal)
        assert reads(cast.analyst, signal)["name"] == NAME
        with pytest.raises(NotFound):
            reads(cast.supervisor, signal)

    def test_ends_by_itself(self, cast: Cast, signal: Signal) -> None:
        with clock.unsafe_pretend(clock.now() - timedelta(days=3)):
            granted(cast, signal)
        with pytest.raises(NotFound):
            reads(cast.analyst, signal)

    def test_is_denied_with_a_reason_and_then_stays_closed(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        with acting_as(cast.custodian):
            with pytest.raises(Invalid):
                identities.deny(row.id, note="", by=cast.custodian)
            identities.deny(row.id, note="Ask her through the exchange.", by=cast.custodian)
            with pytest.raises(Conflict):
                identities.grant(row.id, days=1, note="", by=cast.custodian)
        with pytest.raises(NotFound):
            reads(cast.analyst, signal)

    def test_keeps_the_note_when_the_days_are_wrong(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        sent = {"days": "99", "note": "Only to warn her."}
        answer = client_of(cast, "custodian").post(f"/identities/requests/{row.id}/grant", sent)
        assert answer.status_code == 422
        assert "Only to warn her." in answer.content.decode()
        with pytest.raises(NotFound):
            reads(cast.analyst, signal)

    def test_is_decided_by_a_custodian_only(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        for other in (cast.supervisor, cast.analyst):
            with acting_as(other), pytest.raises((NotAllowed, NotFound)):
                identities.grant(row.id, days=1, note="", by=other)

    def test_cannot_be_forged_past_the_services(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        with acting_as(cast.analyst), connection.cursor() as cursor:
            cursor.execute(
                "update intake_disclosure set state = 'granted', until = now() + '1 day' where id = %s", [row.id]
            )
            assert cursor.rowcount == 0

    def test_asks_first_whether_it_is_still_the_same_person(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        browser = signed_in(cast.accounts["custodian"], LONG)
        for answer in (
            browser.get(f"/signals/{signal.id}/identity"),
            browser.post(f"/identities/requests/{row.id}/grant", {"days": "2"}),
        ):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/confirm")
        with acting_as(cast.custodian):
            assert Disclosure.objects.get(id=row.id).state == "asked"

    def test_is_asked_of_the_custodian_only(self, cast: Cast, signal: Signal) -> None:
        """Whoever asks cannot name a compartment of their own as the place where it is decided."""
        with acting_as(cast.analyst):
            row = Disclosure(
                org_id=cast.organisation.id, compartment_id=signal.compartment_id, signal_id=signal.id,
                identity_compartment_id=signal.compartment_id, asked_by_id=cast.analyst.id, motivation="Just so",
            )  # fmt: skip
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)

    def test_decides_on_nothing_but_what_was_asked(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        forged = """update intake_disclosure set signal_id = gen_random_uuid(), state = 'granted', decided_by_id = %s,
                           until = now() + '1 day', version = version + 1 where id = %s"""
        with (
            acting_as(cast.custodian),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="decided once"),
            transaction.atomic(),
        ):
            cursor.execute(forged, [cast.custodian.id, row.id])

    def test_shows_the_custodian_what_waits(self, cast: Cast, signal: Signal) -> None:
        row = asked(cast, signal)
        client: Client = client_of(cast, "custodian")
        page: Any = client.get("/identities")
        assert "A threat to her life." in page.content.decode()
        assert "He takes money" not in page.content.decode()
        client.post(f"/identities/requests/{row.id}/grant", {"days": "3", "note": ""})
        told = client_of(cast, "analyst").get(f"/signals/{signal.id}/identity").content.decode()
        assert NAME in told
