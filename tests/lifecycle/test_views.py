# SPDX-License-Identifier: Apache-2.0
"""The pages of holds, retention and disposals."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import disable_account
from longwatch.lifecycle import selectors, views
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.lifecycle.services.holds import hold_organisation
from longwatch.records.reference import RecordRef
from tests.lifecycle.alone import lone_signals
from tests.lifecycle.closed import PERSON, a_closed_case
from tests.lifecycle.officers import another_officer
from tests.personas import Cast

HOLD = {"matter": "3 O 12/26", "reason": "Sued"}


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    """A closed case."""
    return a_closed_case(cast)


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


class TestHolds:
    def test_counsel_places_one_on_a_record_and_releases_it(self, cast: Cast, record: RecordRef) -> None:
        client = browser(cast, "counsel")
        page = f"/life-cycle/case/{record.id}"
        assert "Place a legal hold" in text(client, f"{page}/hold")
        assert client.post(f"{page}/hold", HOLD).status_code == 302
        assert "Under legal hold" in text(client, page)
        assert "Legal hold" in text(browser(cast, "lead"), f"{page}/chip")
        with acting_as(cast.counsel):
            (row,) = selectors.holds()
        assert "3 O 12/26" in text(client, "/life-cycle/holds")
        text(client, f"/life-cycle/holds/{row.id}/release")
        assert client.post(f"/life-cycle/holds/{row.id}/release", {"reason": "Settled"}).status_code == 302
        assert "Settled" in text(client, "/life-cycle/holds")

    def test_counsel_places_one_on_a_person(self, cast: Cast, record: RecordRef) -> None:
        values = {**HOLD, "scope": "entity", "kind": "person", "value": PERSON}
        assert browser(cast, "counsel").post("/life-cycle/holds", values).status_code == 302
        with acting_as(cast.lead):
            assert selectors.is_held(record.id)

    def test_more_than_a_page_of_them_go_on_behind_a_link(self, cast: Cast) -> None:
        with acting_as(cast.counsel):
            for number in range(selectors.PAGE + 1):
                hold_organisation(matter=f"M {number:03}", reason="Sued", by=cast.counsel)
        client = browser(cast, "counsel")
        first = text(client, "/life-cycle/holds")
        assert "M 000" not in first
        (older,) = re.findall(r'href="(\?held_after=[^"]+)" rel="next"', first)
        second = text(client, f"/life-cycle/holds{older}")
        assert "M 000" in second
        assert "M 001" not in second

    def test_what_is_missing_is_said(self, cast: Cast) -> None:
        assert browser(cast, "counsel").post("/life-cycle/holds", {"scope": "entity"}).status_code == 422

    def test_an_empty_list_says_so(self, cast: Cast) -> None:
        assert "No hold is in force" in text(browser(cast, "counsel"), "/life-cycle/holds")


class TestRetention:
    def test_the_privacy_officer_changes_a_class(self, cast: Cast) -> None:
        client = browser(cast, "privacy")
        text(client, "/life-cycle/retention/case-other")
        values = {"years": 2, "outcome": "dispose", "reason": "Agreement"}
        assert client.post("/life-cycle/retention/case-other", values).status_code == 302
        assert "Changed" in text(client, "/life-cycle/retention")
        assert "Nothing is due" in text(client, "/life-cycle/due")


class TestDisposal:
    def test_from_the_proposal_to_the_certificate(self, cast: Cast, record: RecordRef) -> None:
        privacy, lead = browser(cast, "privacy"), browser(cast, "lead")
        page = f"/life-cycle/case/{record.id}"
        seen = text(privacy, page)
        assert "Exactly what would go" in seen
        assert record.reference not in seen
        assert PERSON not in seen
        values = {"outcome": "anonymise", "basis": "request", "note": "Asked"}
        assert privacy.post(page, values).status_code == 302
        with acting_as(cast.lead):
            row = selectors.disposal_of(record.id)
        assert row
        assert "Your decision" in text(lead, f"/life-cycle/disposals/{row.id}")
        assert lead.post(f"/life-cycle/disposals/{row.id}", {"decision": "approve"}).status_code == 302
        carry_out(row.id)
        for client in (privacy, lead):
            assert "Certificate of disposal" in text(client, f"/life-cycle/disposals/{row.id}")
            pdf = client.get(f"/life-cycle/disposals/{row.id}/certificate.pdf")
            assert pdf.content.startswith(b"%PDF")
        assert "(erased)" in text(lead, f"/cases/{record.reference}")
        assert "Content erased" in text(lead, f"{page}/chip")

    def test_to_keep_longer_needs_a_day(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        answer = browser(cast, "lead").post(f"/life-cycle/disposals/{row.id}", {"decision": "keep", "reason": "x"})
        assert answer.status_code == 422

    def test_one_that_stands_still_says_so_and_another_takes_it_up(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        other, page = Client(), f"/life-cycle/disposals/{row.id}"
        other.force_login(another_officer(cast))
        assert "This stands still" not in text(other, page)
        with acting_as(cast.administrator):
            disable_account(cast.privacy.id, reason="Left", by=cast.administrator)
        assert "Stands still" in text(other, "/life-cycle/due")
        assert "This stands still" in text(other, page)
        seen = text(browser(cast, "lead"), page)
        assert "This stands still" in seen
        assert "Carry it out in my name" not in seen
        assert other.post(f"{page}/taking-up").status_code == 302
        assert "This stands still" not in text(other, page)
        assert carry_out(row.id) == "done"
        assert "Paul Privacy" in text(other, page)
        assert other.post(f"{page}/taking-up").status_code == 409

    def test_more_than_a_list_holds_is_said(
        self, cast: Cast, record: RecordRef, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "SOON", timedelta(days=365 * 11))
        a_closed_case(cast)
        client = browser(cast, "privacy")
        assert "More are due" not in text(client, "/life-cycle/due")
        monkeypatch.setattr(selectors, "MOST_DUE", 1)
        assert "More are due" in text(client, "/life-cycle/due")

    def test_it_is_not_there_for_others(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        for name in ("hr", "administrator", "auditor"):
            text(browser(cast, name), f"/life-cycle/disposals/{row.id}", 404)
            text(browser(cast, name), f"/life-cycle/case/{record.id}", 404)


class TestSignalsOfADisposal:
    def test_have_no_page_of_their_own(self, cast: Cast) -> None:
        first, _second = lone_signals(cast)
        with acting_as(cast.counsel):
            hold_organisation(matter="3 O 12/26", reason="Sued", by=cast.counsel)
        for name in ("outsider", "hr", "analyst", "privacy"):
            text(browser(cast, name), f"/life-cycle/signal/{first}", 404)
