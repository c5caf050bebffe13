# SPDX-License-Identifier: Apache-2.0
"""Exhibits that wait for somebody to confirm that they have them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_roles
from longwatch.access.services.notices import own_notices
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.transferring import Handover, transfer
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.search.receipts import for_me, of_mine
from tests.access.ageing import signed_in
from tests.personas import Cast
from tests.search.services.test_handing_over import close

MOST_QUERIES = 20


@pytest.fixture
def offered(cast: Cast, tmp_path: Path, settings: Any) -> list[Exhibit]:
    """Two files of an incident that the analyst offered to the responder."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    with acting_as(cast.analyst):
        record = incident_ref(open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst))
        rows = [add_exhibit(record, SimpleUploadedFile(f"{n}.img", b"x"), by=cast.analyst) for n in (1, 2)]
        for row in rows:
            given = Handover(receiver_id=cast.responder.id, reason="Image it")
            transfer(record, row.id, given, by=cast.analyst)
    return rows


class TestWaiting:
    """for_me and of_mine"""

    def test_are_the_receivers_and_the_givers(self, cast: Cast, offered: list[Exhibit]) -> None:
        with acting_as(cast.responder):
            assert [each.exhibit.id for each in for_me(cast.responder)] == [row.id for row in offered]
            assert of_mine(cast.responder) == []
        with acting_as(cast.analyst):
            assert for_me(cast.analyst) == []
            assert [each.record.title for each in of_mine(cast.analyst) if each.record] == ["Smoke", "Smoke"]
        with acting_as(cast.supervisor):
            assert (for_me(cast.supervisor), of_mine(cast.supervisor)) == ([], [])

    def test_are_not_there_for_who_may_read_no_evidence_any_more(self, cast: Cast, offered: list[Exhibit]) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.responder.id, roles=["auditor"], by=cast.administrator)
            account = cast.accounts["responder"]
            account.refresh_from_db()
        now = actor_of(account)
        with acting_as(now):
            assert for_me(now) == []


class TestPage:
    """Hand-overs"""

    def test_leads_to_what_waits(self, cast: Cast, offered: list[Exhibit], django_assert_max_num_queries: Any) -> None:
        browser = signed_in(cast.accounts["responder"])
        with django_assert_max_num_queries(MOST_QUERIES):
            page = browser.get("/hand-overs").content.decode()
        for row in offered:
            assert f'href="/files/{row.id}/view#custody"' in page
        assert "from Ana Analyst" in page
        assert "to Ravi Responder" in signed_in(cast.accounts["analyst"]).get("/hand-overs").content.decode()

    def test_is_in_the_menu_of_whoever_works_with_evidence(self, cast: Cast) -> None:
        assert 'href="/hand-overs"' in signed_in(cast.accounts["responder"]).get("/notices").content.decode()
        assert 'href="/hand-overs"' not in signed_in(cast.accounts["auditor"]).get("/notices").content.decode()


class TestLeaver:
    """Closing the account of a receiver"""

    def test_is_told_in_numbers_before_and_to_the_giver_after(self, cast: Cast, offered: list[Exhibit]) -> None:
        browser = signed_in(cast.accounts["administrator"])
        page = browser.get(f"/administration/people/{cast.responder.id}/closing").content.decode()
        assert "2 exhibits wait for their receipt" in page
        assert "1.img" not in page
        close(cast, "responder")
        with acting_as(cast.analyst):
            told = {(each.kind, each.link) for each in own_notices(cast.analyst)}
        assert told == {("custody_answered", f"/files/{row.id}/view") for row in offered}
