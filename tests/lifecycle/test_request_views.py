# SPDX-License-Identifier: Apache-2.0
"""The pages of requests of data subjects."""

from collections.abc import Callable
from typing import Any

from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON, a_closed_case
from tests.lifecycle.test_views import browser, text
from tests.personas import Cast

ASKED = {
    "kind": "access", "person": PERSON, "asker": "Himself", "identity_check": "Passport", "received_on": "2026-01-31",
    "identifiers": "jw@example.org\n+49 30 1234567",
}  # fmt: skip


class TestRequests:
    def test_an_empty_list_says_so(self, cast: Cast) -> None:
        assert "No request waits" in text(browser(cast, "privacy"), "/life-cycle/requests")

    def test_from_the_request_to_its_answer(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        privacy, lead = browser(cast, "privacy"), browser(cast, "lead")
        made = privacy.post("/life-cycle/requests", ASKED)
        assert made.status_code == 302
        page = made.headers["Location"]
        seen = text(privacy, page)
        assert "A case that is closed to you" in seen
        assert "Leo Lead was asked" in seen
        assert record.reference not in seen
        assert "wrote again" not in seen
        assert "overdue since" in text(privacy, "/life-cycle/requests")
        chip = text(lead, f"/life-cycle/case/{record.id}/chip")
        assert "A person asks about their data" in chip
        decision = "/life-cycle/findings/" + chip.rpartition('href="/life-cycle/findings/')[2].partition('"')[0]
        seen = text(lead, decision)
        assert f"{PERSON} wrote again." in seen
        assert f"/cases/{record.reference}" in seen
        said = {"choice": "redact", "extract": "You wrote again."}
        assert lead.post(decision, {"choice": "redact", "extract": ""}).status_code == 422
        assert lead.post(decision, said).status_code == 302
        pdf = privacy.get(f"{page}/package.pdf")
        assert pdf.content.startswith(b"%PDF")
        packed = privacy.get(f"{page}/package.json").json()
        assert packed["items"][0]["text"] == "You wrote again."
        assert record.reference not in str(packed)
        assert privacy.post(page, {"answer": "partly", "note": "Sent by post"}).status_code == 302
        assert "Done in part" in text(privacy, "/life-cycle/requests")

    def test_the_officer_sees_that_a_finding_waits_and_no_word_of_it(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        text(browser(cast, "privacy"), f"/life-cycle/findings/{only.id}", 404)
        seen = text(browser(cast, "investigator"), f"/life-cycle/findings/{only.id}")
        assert "This waits for the record" in seen
        assert "Your decision" not in seen

    def test_an_extension_is_asked_for_on_a_page_of_its_own(self, cast: Cast) -> None:
        privacy, row = browser(cast, "privacy"), a_request(cast)
        page = f"/life-cycle/requests/{row.id}/extension"
        text(privacy, page)
        assert privacy.post(page, {"until": "2027-01-01", "reason": "Many"}).status_code == 422
        assert privacy.post(page, {"until": "2026-04-01", "reason": "Many"}).status_code == 302
        assert "Extended:" in text(privacy, f"/life-cycle/requests/{row.id}")

    def test_searching_again_says_what_came(self, cast: Cast) -> None:
        row = a_request(cast)
        assert browser(cast, "privacy").post(f"/life-cycle/requests/{row.id}/search").status_code == 302

    def test_others_find_nothing_there(self, cast: Cast) -> None:
        row = a_request(cast)
        for name in ("counsel", "lead", "administrator", "auditor"):
            text(browser(cast, name), f"/life-cycle/requests/{row.id}", 404)
            text(browser(cast, name), f"/life-cycle/requests/{row.id}/package.json", 404)

    def test_a_page_asks_the_database_as_often_however_much_was_found(
        self, cast: Cast, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        for _number in range(3):
            a_closed_case(cast)
        row = a_request(cast)
        privacy = browser(cast, "privacy")
        assert len(found(cast, row)) == 3
        with django_assert_max_num_queries(12):
            privacy.get(f"/life-cycle/requests/{row.id}")
        with django_assert_max_num_queries(12):
            privacy.get("/life-cycle/requests")
