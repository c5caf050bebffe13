# SPDX-License-Identifier: Apache-2.0
"""Evidence as its pages show it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.services.opening import open_incident
from longwatch.records.reference import RecordRef
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
