# SPDX-License-Identifier: Apache-2.0
"""Evidence as its pages show it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.cases import selectors
from longwatch.cases.services.linking import add_signals
from longwatch.cases.services.opening import open_case
from longwatch.core.actor import public_reporter
from longwatch.evidence.briefing import exhibit_facts
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit, add_public_attachment
from longwatch.exchange.audiences import Kind
from longwatch.exchange.content import read_content
from longwatch.incidents.services.opening import open_incident
from longwatch.records.reference import RecordRef
from longwatch.web.moments import day_words
from tests.evidence.services.test_receiving import letter
from tests.personas import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    """A note that somebody kept."""
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("note <1>.txt", b"Seen at nine"), by=cast.responder)


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


class TestCustodyFragment:
    """custody_fragment"""

    def test_is_a_page_with_the_whole_hash_when_opened_by_itself(self, cast: Cast, row: Exhibit) -> None:
        page = browser_of(cast, "analyst").get(f"/files/{row.id}/custody").content.decode()
        assert "<h1>Custody of exhibit 1</h1>" in page
        assert row.sha256 in page
        assert "note &lt;1&gt;.txt" in page
        assert "Received by <b>Ravi Responder</b>" in page

    def test_is_the_chain_alone_beside_the_exhibit(self, cast: Cast, row: Exhibit) -> None:
        part = browser_of(cast, "analyst").get(f"/files/{row.id}/custody", headers=HTMX).content.decode()
        assert part.startswith("<ol")
        assert "Received by <b>Ravi Responder</b>" in part

    @pytest.mark.parametrize("name", ["hr", "administrator", "outsider", "auditor"])
    def test_is_not_there_for_who_may_not_see_the_exhibit(self, cast: Cast, row: Exhibit, name: str) -> None:
        browser = browser_of(cast, name)
        for headers in ({}, HTMX):
            assert browser.get(f"/files/{row.id}/custody", headers=headers).status_code == 404


class TestExhibitsFragment:
    """exhibits_fragment"""

    def test_keeps_what_was_written_about_a_file_that_is_refused(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)
        sent = {"file": SimpleUploadedFile("gate.txt", b""), "note": "From the <gate>"}
        answer = browser_of(cast, "analyst").post(f"/files/of/incident/{incident.id}", sent, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "The file is empty." in page
        assert 'value="From the &lt;gate&gt;"' in page

    def test_says_in_the_list_why_a_file_is_dangerous(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)
        browser, page = browser_of(cast, "analyst"), f"/files/of/incident/{incident.id}"
        browser.post(page, {"file": SimpleUploadedFile("big.img", bytes(64))}, headers=HTMX)
        assert "Its name is that of a disk image" in browser.get(page, headers=HTMX).content.decode()


class TestWhatCameWithoutAnAccount:
    """Only the day is told of what a reporter without an account sent, wherever it is shown."""

    @pytest.fixture
    def sent(self, cast: Cast) -> Exhibit:
        signal = letter(cast)
        with acting_as(None):
            file = SimpleUploadedFile("note.txt", b"Seen at nine")
            return add_public_attachment(signal, file, by=public_reporter(cast.organisation.id))

    def test_pages_name_the_day(self, cast: Cast, sent: Exhibit) -> None:
        browser, day = browser_of(cast, "analyst"), day_words(sent.received_at)
        for address in (f"/files/of/signal/{sent.record_id}", f"/files/{sent.id}/view", f"/files/{sent.id}/custody"):
            page = browser.get(address).content.decode()
            assert day in page
            assert " ago<" not in page
            assert "00:00" not in page

    def test_programs_are_told_that_it_is_the_day(self, cast: Cast, sent: Exhibit) -> None:
        with acting_as(cast.analyst):
            permissions = sorted(cast.analyst.permissions)
            _, token = create_token(account_id=cast.analyst.id, label="t", permissions=permissions, by=cast.analyst)
        client = Client(headers={"Authorization": f"Bearer {token}"})
        assert client.get(f"/api/v1/exhibits/{sent.id}").json()["only_day_known"] is True
        [received] = client.get(f"/api/v1/exhibits/{sent.id}/custody").json()["items"]
        assert received["only_day_known"] is True

    def test_search_names_the_day(self, cast: Cast, sent: Exhibit) -> None:
        page = browser_of(cast, "analyst").get("/search", {"q": "note.txt"}).content.decode()
        facts = page.partition('<div class="found-facts">')[2].partition("</div>")[0]
        assert day_words(sent.received_at) in facts
        assert " ago<" not in facts

    def test_a_bundle_names_the_day(self, cast: Cast, sent: Exhibit) -> None:
        with acting_as(cast.lead):
            case = open_case(title="The letter", type="other", by=cast.lead)
            add_signals(case.id, [sent.record_id], by=cast.lead)
            row = selectors.case(case.id)
            content = read_content(selectors.case_ref(row), row, cast.lead)
        told = {
            item.kind: item.fields for item in content.items if item.fields.get("exhibit_id", item.id) == str(sent.id)
        }
        day = sent.received_at.date().isoformat()
        assert (told[Kind.EXHIBIT]["received_at"], told[Kind.CUSTODY]["at"]) == (day, day)

    def test_the_six_questions_name_the_day(self, cast: Cast, sent: Exhibit, row: Exhibit) -> None:
        with acting_as(cast.analyst):
            [told], _ = exhibit_facts(sent.record_id, by=cast.analyst)
            [known], _ = exhibit_facts(row.record_id, by=cast.analyst)
        assert (told.only_day_known, known.only_day_known) == (True, False)
