# SPDX-License-Identifier: Apache-2.0
"""The pages of break-glass: what they answer, whom they show, and that a record seen through it is only read."""

from uuid import UUID

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.access.oversight import BreakGlass, Sight
from longwatch.access.services.tokens import create_token
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.sections import open_section
from longwatch.incidents.services.opening import open_incident
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.break_glass import break_glass
from tests.cases.material import a_bare_case
from tests.personas import Cast
from tests.records.counting import statements

MOST_STATEMENTS = 10
WHY = "The gate guard cannot reach anybody of the case."
ASKED = {"reason_code": "danger", "reason": WHY, "minutes": "15"}


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of the investigator, with a note, that nobody else is in."""
    with acting_as(cast.investigator):
        made = a_bare_case(cast, title="Threats by a former driver")
        add_entry(case_ref(made), kind=EntryKind.NOTE, text="He was seen at the east gate.", by=cast.investigator)
        return made


@pytest.fixture
def inner(cast: Cast, case: Case) -> Compartment:
    """A section of the case that the investigator is inside."""
    with acting_as(cast.investigator):
        return open_section(case.id, section="intelligence", by=cast.investigator)


def seen_parts(case: Case) -> set[tuple[UUID, str]]:
    """Which parts of the case somebody came to know of, and how."""
    return set(Sight.objects.filter(record_id=case.id).values_list("compartment_id", "how"))


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


@pytest.fixture
def broken(cast: Cast, case: Case) -> BreakGlass:
    """The dispatcher has broken the glass on the case."""
    return broken_by_dispatcher(cast, case)


def broken_by_dispatcher(cast: Cast, case: Case) -> BreakGlass:
    with acting_as(cast.dispatcher):
        row = break_glass(case.reference, reason_code="danger", reason=WHY, by=cast.dispatcher)
    assert row is not None
    return row


class TestGlass:
    """glass"""

    def test_leads_to_the_record_which_the_role_does_not_read_otherwise(self, cast: Cast, case: Case) -> None:
        client = signed_in(cast, "dispatcher")
        assert client.get(f"/cases/{case.reference}").status_code == 404
        answer = client.post("/break-glass", {"reference": case.reference, **ASKED}, follow=True)
        assert answer.redirect_chain == [(f"/cases/{case.reference}", 302)]
        assert "Threats by a former driver" in answer.text
        assert "You broke the glass" in answer.text
        assert client.get("/cases").status_code == 404

    def test_answers_what_does_not_exist_and_what_it_is_not_for_alike_and_keeps_the_try(
        self, cast: Cast, case: Case
    ) -> None:
        client = signed_in(cast, "supervisor")
        foreign = signed_in(cast, "outsider")
        answers = [
            client.post("/break-glass", {"reference": "CASE-AAAA-AA", **ASKED}),
            foreign.post("/break-glass", {"reference": case.reference, **ASKED}),
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert all("Nothing opens under this reference" in answer.text for answer in answers)
        page = signed_in(cast, "privacy").get("/break-glass/reviews").text
        assert "Tries that opened nothing" in page
        assert "Sam Supervisor" in page

    def test_is_not_there_for_whoever_lacks_the_permission(self, cast: Cast) -> None:
        for name in ("analyst", "administrator", "privacy", "reporter"):
            assert signed_in(cast, name).get("/break-glass").status_code == 404

    def test_is_offered_where_nothing_is_found(self, cast: Cast) -> None:
        assert "/break-glass" in signed_in(cast, "dispatcher").get("/cases/CASE-AAAA-AA").text
        assert "/break-glass" not in signed_in(cast, "analyst").get("/cases/CASE-AAAA-AA").text

    @pytest.mark.parametrize("reference", ["CASE-7K3F-Q2", "INC-2026-9999"])
    def test_carries_the_reference_of_what_is_not_there_into_the_form(self, cast: Cast, reference: str) -> None:
        client = signed_in(cast, "supervisor")
        assert f"?reference={reference}" in client.get(f"/cases/{reference.lower()}/history").text
        assert f'value="{reference}"' in client.get("/break-glass", {"reference": reference}).text

    def test_carries_nothing_else_into_it(self, cast: Cast) -> None:
        client = signed_in(cast, "supervisor")
        assert "?reference=" not in client.get("/no-such-page").text
        assert "zebra" not in client.get("/break-glass", {"reference": "zebra"}).text

    def test_offers_nothing_that_would_fail_and_refuses_it_with_a_reason(
        self, cast: Cast, case: Case, broken: BreakGlass
    ) -> None:
        client = signed_in(cast, "dispatcher")
        page = client.get(f"/cases/{case.reference}/history").text
        assert "He was seen at the east gate." in page
        assert f"/cases/{case.reference}/entries" not in page
        answer = client.post(f"/cases/{case.reference}/entries", {"kind": "note", "text": "Mine"})
        assert answer.status_code == 403
        assert "You can read it, and change nothing" in answer.text

    @pytest.mark.parametrize("tab", ["", "/history", "/people", "/evidence", "/tasks", "/decisions", "/linked",
                                     "/six-questions"])  # fmt: skip
    def test_shows_every_tab_within_the_budget_of_statements(
        self, cast: Cast, case: Case, broken: BreakGlass, tab: str
    ) -> None:
        client = signed_in(cast, "dispatcher")
        client.get(f"/cases/{case.reference}{tab}")
        assert statements(client, f"/cases/{case.reference}{tab}") <= MOST_STATEMENTS

    def test_says_once_that_a_record_was_opened_twice(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        again = broken_by_dispatcher(cast, case)
        client = signed_in(cast, "dispatcher")
        page = client.get(f"/cases/{case.reference}").text
        assert (page.count(f"/break-glass/{again.id}/end"), page.count(f"/break-glass/{broken.id}/end")) == (1, 0)
        assert client.post(f"/break-glass/{again.id}/end").status_code == 302
        assert client.get(f"/cases/{case.reference}").status_code == 404


class TestWhoWasTold:
    """Members and privacy officers, whom the notices lead to the record"""

    def test_stands_on_the_page_of_who_knew_and_among_the_six_answers(
        self, cast: Cast, case: Case, broken: BreakGlass
    ) -> None:
        member = signed_in(cast, "investigator")
        rows = member.get(f"/records/case/{case.id}/who-knew").text
        assert rows.count("Was notified of it") == 2
        assert "Ines Investigator" in rows
        assert "was notified of it" in member.get(f"/cases/{case.reference}/six-questions").text


class TestEnd:
    """end"""

    def test_closes_the_record_again(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        client = signed_in(cast, "dispatcher")
        assert client.post(f"/break-glass/{broken.id}/end").status_code == 302
        assert client.get(f"/cases/{case.reference}").status_code == 404

    def test_may_be_done_by_a_member_and_by_nobody_else(self, cast: Cast, broken: BreakGlass) -> None:
        assert signed_in(cast, "analyst").post(f"/break-glass/{broken.id}/end").status_code == 404
        assert signed_in(cast, "investigator").post(f"/break-glass/{broken.id}/end").status_code == 302


class TestReviews:
    """reviews, one"""

    def test_judges_once_it_is_over(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        client, page = signed_in(cast, "privacy"), f"/break-glass/{broken.id}"
        signed_in(cast, "dispatcher").get(f"/cases/{case.reference}")
        given = {"outcome": "not_justified", "note": "A member was on duty."}
        assert client.post(page, given).status_code == 409
        signed_in(cast, "dispatcher").post(f"{page}/end")
        shown = client.get(page).text
        assert WHY in shown
        assert "Viewed it" in shown
        assert "Threats by a former driver" not in shown
        assert client.post(page, given).status_code == 302
        assert client.post(page, given).status_code == 409
        assert "Not justified" in client.get("/break-glass/reviews").text

    def test_does_not_open_the_record_to_the_privacy_officer(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        assert signed_in(cast, "privacy").get(f"/cases/{case.reference}").status_code == 404

    def test_is_hidden_from_whoever_is_not_concerned(self, cast: Cast, broken: BreakGlass) -> None:
        for name in ("analyst", "supervisor", "administrator", "outsider"):
            assert signed_in(cast, name).get(f"/break-glass/{broken.id}").status_code == 404
        assert signed_in(cast, "supervisor").get("/break-glass/reviews").status_code == 404


class TestWhoKnew:
    """who_knew"""

    def test_tells_members_who_looked_and_how(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        signed_in(cast, "dispatcher").get(f"/cases/{case.reference}")
        member = signed_in(cast, "investigator")
        page = member.get(f"/records/case/{case.id}/who-knew").text
        assert "Dana Dispatcher" in page
        assert "through broken glass" in page
        assert "looked at it through broken glass" in member.get(f"/cases/{case.reference}/six-questions").text

    def test_tells_nobody_else(self, cast: Cast, case: Case, broken: BreakGlass) -> None:
        for name in ("dispatcher", "analyst", "outsider", "administrator"):
            assert signed_in(cast, name).get(f"/records/case/{case.id}/who-knew").status_code == 404

    def test_counts_a_look_once_in_half_an_hour_and_an_export_by_itself(self, cast: Cast, case: Case) -> None:
        member = signed_in(cast, "investigator")
        for _time in range(3):
            member.get(f"/cases/{case.reference}")
        member.get(f"/cases/{case.reference}/six-questions.pdf")
        with acting_as(cast.investigator):
            assert sorted(Sight.objects.values_list("how", flat=True)) == ["exported", "viewed"]

    @pytest.mark.parametrize("tab", ["", "/history", "/decisions", "/evidence", "/six-questions", "/export"])
    def test_tells_of_each_section_whose_lines_a_page_of_the_case_shows(
        self, cast: Cast, case: Case, inner: Compartment, tab: str
    ) -> None:
        signed_in(cast, "investigator").get(f"/cases/{case.reference}{tab}")
        with acting_as(cast.investigator):
            assert seen_parts(case) == {(case.compartment_id, "viewed"), (inner.id, "viewed")}

    def test_tells_of_the_page_of_a_section(self, cast: Cast, case: Case, inner: Compartment) -> None:
        signed_in(cast, "investigator").get(f"/cases/sections/{inner.id}")
        with acting_as(cast.investigator):
            assert seen_parts(case) == {(inner.id, "viewed")}

    @pytest.mark.parametrize("path", ["timeline", "decisions", "tasks"])
    def test_tells_of_sections_that_a_program_reads(
        self, cast: Cast, case: Case, inner: Compartment, path: str
    ) -> None:
        by = cast.investigator
        with acting_as(by):
            _, token = create_token(account_id=by.id, label="t", permissions=sorted(by.permissions), by=by)
        client = Client(headers={"Authorization": f"Bearer {token}"})
        assert client.get(f"/api/v1/cases/{case.id}/{path}").status_code == 200
        with acting_as(cast.investigator):
            assert seen_parts(case) == {(case.compartment_id, "api"), (inner.id, "api")}

    def test_tells_that_somebody_opened_the_print_view(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            made = open_incident(title="A threat", category="WV-03", restricted=True, by=cast.investigator)
        signed_in(cast, "investigator").get(f"/incidents/{made.reference}/print")
        with acting_as(cast.investigator):
            assert sorted(Sight.objects.values_list("how", flat=True)) == ["printed", "viewed"]
