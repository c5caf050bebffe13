# SPDX-License-Identifier: Apache-2.0
"""The pages of requests of data subjects."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.access.oversight import Sight
from longwatch.lifecycle.services.answering import decide_finding
from longwatch.lifecycle.services.disposing import propose_person
from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about
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
        pdf = privacy.post(f"{page}/package.pdf")
        assert pdf.content.startswith(b"%PDF")
        packed = privacy.post(f"{page}/package.json").json()
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
            assert browser(cast, name).post(f"/life-cycle/requests/{row.id}/package.json").status_code == 404

    def test_a_package_leaves_by_a_button_and_never_by_a_link(self, cast: Cast) -> None:
        row = a_request(cast)
        privacy = browser(cast, "privacy")
        assert privacy.get(f"/life-cycle/requests/{row.id}/package.json").status_code == 405
        with acting_as(cast.auditor):
            assert actions_about(row.id) == ["subject_request.opened"]

    def test_what_was_decided_is_shown_to_those_who_decide_and_to_nobody_else_inside(self, cast: Cast) -> None:
        a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.lead):
            decide_finding(only.id, choice="redact", extract="You wrote again.", note="Less HR", by=cast.lead)
        page = f"/life-cycle/findings/{only.id}"
        for name in ("lead", "counsel", "supervisor"):
            seen = text(browser(cast, name), page)
            assert "You wrote again." in seen
            assert "Less HR" in seen
            assert "Timeline entries: 1" in seen
        seen = text(browser(cast, "investigator"), page)
        assert "This is decided" in seen
        assert "You wrote again." not in seen
        assert "Less HR" not in seen
        assert "Timeline entries" not in seen
        assert browser(cast, "investigator").post(page, {"choice": "comply"}).status_code == 403

    def test_everybody_inside_sees_that_one_waits(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        a_request(cast)
        chip = f"/life-cycle/case/{record.id}/chip"
        assert "A person asks about their data" in text(browser(cast, "investigator"), chip)


class TestWhoKnew:
    def test_whoever_decides_is_noted_and_who_sees_nothing_is_not(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        (only,) = found(cast, a_request(cast))
        text(browser(cast, "lead"), f"/life-cycle/findings/{only.id}")
        text(browser(cast, "investigator"), f"/life-cycle/findings/{only.id}")
        assert seen_of(cast, record.id) == {("Leo Lead", "notified"), ("Leo Lead", "viewed")}

    def test_a_package_says_of_each_record_that_its_words_left(self, cast: Cast) -> None:
        record, row = a_closed_case(cast), a_request(cast)
        (only,) = found(cast, row)
        with acting_as(cast.lead):
            decide_finding(only.id, choice="redact", extract="You wrote again.", by=cast.lead)
        answer = browser(cast, "privacy").post(f"/life-cycle/requests/{row.id}/package.json")
        assert answer.status_code == 200
        assert (cast.accounts["privacy"].name, "exported") in seen_of(cast, record.id)

    def test_the_officer_is_noted_where_a_page_tells_what_a_record_holds_and_not_before(self, cast: Cast) -> None:
        record, row = a_closed_case(cast), a_request(cast)
        (only,) = found(cast, row)
        page, privacy = f"/life-cycle/requests/{row.id}", browser(cast, "privacy")
        officer = (cast.accounts["privacy"].name, "viewed")
        assert PERSON in text(privacy, page)
        assert officer not in seen_of(cast, record.id)
        with acting_as(cast.lead):
            decide_finding(only.id, choice="redact", extract="You wrote again.", by=cast.lead)
        assert "You wrote again." in text(privacy, page)
        assert officer in seen_of(cast, record.id)

    def test_a_note_alone_tells_of_a_record_too(self, cast: Cast) -> None:
        record, row = a_closed_case(cast), a_request(cast)
        (only,) = found(cast, row)
        with acting_as(cast.lead):
            decide_finding(only.id, choice="withhold", ground="rights_of_others", note="It names HR", by=cast.lead)
        assert "It names HR" in text(browser(cast, "privacy"), f"/life-cycle/requests/{row.id}")
        assert (cast.accounts["privacy"].name, "viewed") in seen_of(cast, record.id)

    def test_whoever_decides_about_each_place_of_a_person_is_noted(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        with acting_as(cast.privacy):
            row = propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
        text(browser(cast, "counsel"), f"/life-cycle/disposals/{row.id}")
        assert (cast.accounts["counsel"].name, "viewed") in seen_of(cast, record.id)


def seen_of(cast: Cast, record_id: UUID) -> set[tuple[str, str]]:
    """Who came to know of a record, and how."""
    with acting_as(cast.privacy):
        return set(Sight.objects.filter(record_id=record_id).values_list("account_label", "how"))


class TestPages:
    """How often they ask."""

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
        for each in found(cast, row):
            with acting_as(cast.lead):
                decide_finding(each.id, choice="redact", extract="You wrote again.", by=cast.lead)
        # What it tells is written down in one go.
        with django_assert_max_num_queries(15):
            assert privacy.get(f"/life-cycle/requests/{row.id}").status_code == 200
        with acting_as(cast.privacy):
            assert Sight.objects.filter(account_id=cast.privacy.id).count() == 3
        with django_assert_max_num_queries(12):
            privacy.get("/life-cycle/requests")
