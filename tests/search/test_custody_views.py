# SPDX-License-Identifier: Apache-2.0
"""The page of an exhibit."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import disable_account
from longwatch.evidence import selectors
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rendering import work_due
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from tests.evidence.rendering import samples
from tests.personas import Cast

MOST_QUERIES = 20


@pytest.fixture
def row(cast: Cast, tmp_path: Path, settings: Any) -> Exhibit:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    with acting_as(cast.analyst):
        incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)
        return add_exhibit(incident_ref(incident), SimpleUploadedFile("disk.img", b"bytes"), by=cast.analyst)


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def kinds(cast: Cast, row: Exhibit) -> list[str]:
    with acting_as(cast.analyst):
        return [link.kind for link in selectors.custody(row.id)]


class TestCustody:
    """custody and act"""

    def test_hands_over_seals_and_opens(self, cast: Cast, row: Exhibit) -> None:
        browser, address = browser_of(cast, "analyst"), f"/files/{row.id}/custody"
        said = {"receiver": "Lab", "reason": "Image it", "place": "Safe 2", "condition": "dry"}
        assert browser.post(f"{address}/transfer", said).status_code == 302
        browser.post(f"{address}/seal", {"seal": "A-17"})
        page = browser.get(f"/files/{row.id}/view").content.decode()
        for words in (
            "from Ana Analyst to Lab",
            "place: Safe 2",
            "condition: dry",
            "A-17",
            "Open the seal",
            row.sha256,
        ):
            assert words in page
        browser.post(f"{address}/opening", {"reason": "To image it"})
        assert kinds(cast, row) == ["received", "transferred", "sealed", "unsealed"]

    def test_verifies_and_tells_damage(self, cast: Cast, row: Exhibit, tmp_path: Path) -> None:
        browser, address = browser_of(cast, "analyst"), f"/files/{row.id}/custody"
        assert "the bytes are those that were received" in _verified(browser, address)
        blob = next(path for path in tmp_path.rglob(f"*{row.sealed_sha256}*") if path.is_file())
        blob.chmod(0o600)
        blob.write_bytes(b"other")
        assert "not those that were received" in _verified(browser, address)
        assert kinds(cast, row) == ["received", "verified", "damaged"]

    def test_offers_to_a_colleague_who_confirms_on_the_same_page(self, cast: Cast, row: Exhibit) -> None:
        giver, receiver, address = (
            browser_of(cast, "analyst"),
            browser_of(cast, "responder"),
            f"/files/{row.id}/custody",
        )
        page = giver.get(f"/files/{row.id}/view?hand-over").content.decode()
        assert "Ravi Responder</option>" in page
        assert "Hanna HR" not in page
        said = {"receiver_id": str(cast.responder.id), "reason": "Image it", "place": "Safe 2"}
        page = giver.post(f"{address}/transfer", said, follow=True).content.decode()
        for words in ("Offered to Ravi Responder", "by Ravi Responder, offered by Ana Analyst", "Take the offer back"):
            assert words in page
        assert "Confirm receipt" not in page
        page = receiver.get(f"/files/{row.id}/view").content.decode()
        assert "Ana Analyst hands this over to you." in page
        assert "Take the offer back" not in page
        page = receiver.post(f"{address}/receipt", {"place": "Bench", "condition": "dry"}, follow=True).content.decode()
        for words in ("You have it now, from Ana Analyst.", "Receipt confirmed by", "place: Bench", "condition: dry"):
            assert words in page
        assert kinds(cast, row) == ["received", "offered", "accepted"]

    def test_looks_for_people_who_could_take_it_only_when_it_is_to_be_handed_over(
        self, cast: Cast, row: Exhibit
    ) -> None:
        giver = browser_of(cast, "analyst")
        with CaptureQueriesContext(connection) as plain:
            page = giver.get(f"/files/{row.id}/view").content.decode()
        with CaptureQueriesContext(connection) as handing:
            giver.get(f"/files/{row.id}/view?hand-over")
        assert "Ravi Responder" not in page
        assert f'hx-get="/files/{row.id}/view?hand-over"' in page
        assert len(plain) < len(handing)

    def test_lets_the_receiver_refuse_and_the_giver_take_back(self, cast: Cast, row: Exhibit) -> None:
        giver, receiver, address = (
            browser_of(cast, "analyst"),
            browser_of(cast, "responder"),
            f"/files/{row.id}/custody",
        )
        said = {"receiver_id": str(cast.responder.id), "reason": "Image it"}
        giver.post(f"{address}/transfer", said)
        assert giver.post(f"{address}/receipt").status_code == 403
        answer = receiver.post(f"{address}/refusal", {"reason": ""})
        assert (answer.status_code, "Say why you do not take it." in answer.content.decode()) == (422, True)
        assert receiver.post(f"{address}/refusal", {"reason": "Wet"}).status_code == 302
        giver.post(f"{address}/transfer", said)
        page = giver.post(f"{address}/taking-back", {"reason": "Later"}, follow=True).content.decode()
        assert "The offer to Ravi Responder is taken back." in page
        assert kinds(cast, row) == ["received", "offered", "refused", "offered", "taken_back"]

    def test_says_when_the_receiver_has_left(self, cast: Cast, row: Exhibit) -> None:
        giver = browser_of(cast, "analyst")
        said = {"receiver_id": str(cast.responder.id), "reason": "Image it"}
        giver.post(f"/files/{row.id}/custody/transfer", said)
        with acting_as(cast.administrator):
            disable_account(cast.responder.id, reason="Left", by=cast.administrator)
        assert "Their account is closed" in giver.get(f"/files/{row.id}/view").content.decode()

    def test_says_what_is_missing(self, cast: Cast, row: Exhibit) -> None:
        answer = browser_of(cast, "analyst").post(f"/files/{row.id}/custody/transfer", {"receiver": "Lab"})
        assert answer.status_code == 422
        assert "Say why it changes hands." in answer.content.decode()
        assert kinds(cast, row) == ["received"]

    def test_keeps_what_was_typed(self, cast: Cast, row: Exhibit) -> None:
        page = browser_of(cast, "analyst").post(f"/files/{row.id}/custody/transfer", {"receiver": "<Lab>"})
        assert 'value="&lt;Lab&gt;"' in page.content.decode()

    def test_gives_the_custody_report_for_a_reason(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "analyst")
        assert browser.post(f"/files/{row.id}/custody-report").status_code == 422
        for address in (f"/files/{row.id}/custody-report", f"/files/of/incident/{row.record_id}/custody-report"):
            answer = browser.post(address, {"reason": "Court"})
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")
        assert kinds(cast, row) == ["received", "reported", "reported"]

    def test_takes_an_attachment_out_of_a_mail(self, cast: Cast, row: Exhibit) -> None:
        with acting_as(cast.analyst):
            incident = incident_ref(Incident.objects.get(id=row.record_id))
            mail = add_exhibit(incident, SimpleUploadedFile("m.eml", samples.mail()), by=cast.analyst)
        with acting_as(None):
            work_due(mail.org_id)
        browser = browser_of(cast, "analyst")
        assert "Take out invoice.exe" in browser.get(f"/files/{mail.id}/view").content.decode()
        page = browser.post(f"/files/{mail.id}/attachments/0", follow=True).content.decode()
        assert "Attachment 1 of exhibit 2" in page
        told = browser.get(f"/files/{mail.id}/view").content.decode()
        assert "Take out invoice.exe" not in told
        assert ">Exhibit 3</a>" in told
        again = browser.post(f"/files/{mail.id}/attachments/0")
        assert again.status_code == 409
        assert "it is exhibit 3" in again.content.decode()

    def test_knows_no_other_acts(self, cast: Cast, row: Exhibit) -> None:
        assert browser_of(cast, "analyst").post(f"/files/{row.id}/custody/burning").status_code == 404

    def test_is_not_there_for_others(self, cast: Cast, row: Exhibit) -> None:
        browser = browser_of(cast, "outsider")
        assert browser.get(f"/files/{row.id}/custody").status_code == 404
        assert browser.post(f"/files/{row.id}/custody/seal", {"seal": "1"}).status_code == 404

    def test_takes_few_statements(self, cast: Cast, row: Exhibit, django_assert_max_num_queries: Any) -> None:
        browser = browser_of(cast, "analyst")
        browser.get(f"/files/{row.id}/view")
        with django_assert_max_num_queries(MOST_QUERIES):
            browser.get(f"/files/{row.id}/view")
        browser.post(f"/files/{row.id}/custody/transfer", {"receiver_id": str(cast.responder.id), "reason": "Lab"})
        with django_assert_max_num_queries(MOST_QUERIES):
            browser.get(f"/files/{row.id}/view")


def _verified(browser: Client, address: str) -> str:
    return str(browser.post(f"{address}/verification", follow=True).content.decode())
