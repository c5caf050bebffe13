# SPDX-License-Identifier: Apache-2.0
"""What is written into a section is read inside it alone, on every page, count and answer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.access.services.tokens import create_token
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing
from longwatch.cases.models import Case
from longwatch.cases.rules import closure_gaps
from longwatch.cases.services.decisions import approve_decision, record_decision
from longwatch.cases.services.findings import add_allegation, record_finding
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import open_section
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.entities.services.mentions import add_mention, end_mention
from longwatch.ledger.models import LedgerEntry
from longwatch.records import selectors as record_selectors
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef, placed
from longwatch.records.services.tasks import add_task, assign_task, finish_task, reopen_task, waive_task
from longwatch.records.services.timeline import add_entry, correct_entry, pin_entry
from tests.personas import Cast

SECRET = "zebra allegation about the manager"


@pytest.fixture
def hr(case: Case, cast: Cast) -> Compartment:
    """The HR section of the case; the HR partner alone is inside."""
    with acting_as(cast.lead):
        for person in (cast.hr, cast.counsel):
            add_member(case.id, person.id, reason="Advises", by=cast.lead)
    with acting_as(cast.hr):
        return open_section(case.id, section="hr", by=cast.hr)


@pytest.fixture
def visit(cast: Cast) -> Callable[[Actor], Client]:
    """A browser of one of the cast."""

    def browser(actor: Actor) -> Client:
        account = next(each for each in cast.accounts.values() if each.id == actor.id)
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


def in_section(case: Case, section: Compartment, by: Actor) -> RecordRef:
    return placed(selectors.case_ref(selectors.case(case.id)), section.id)


def fill(case: Case, section: Compartment, by: Actor) -> None:
    """One of everything that can be written into a section, with the secret in it."""
    with acting_as(by):
        place = in_section(case, section, by)
        entry = add_entry(place, kind=EntryKind.NOTE, text=SECRET, by=by)
        record = selectors.case_ref(selectors.case(case.id))
        pin_entry(record, entry.id, pinned=True, by=by)
        correct_entry(record, entry.id, text=f"{SECRET}, corrected", by=by)
        for title in ("one", "two", "three"):
            add_task(place, title=f"{SECRET} {title}", by=by)
        one, two, _three = record_selectors.tasks(case.id).filter(compartment_id=section.id)
        assign_task(record, one.id, owner_id=by.id, due_at=timezone.now(), by=by)
        finish_task(record, one.id, resolution=SECRET, by=by)
        reopen_task(record, one.id, by=by)
        waive_task(record, two.id, reason=SECRET, by=by)
        mention = add_mention(place, kind="person", value=SECRET, part="subject", note=SECRET, by=by)
        end_mention(record, mention.id, reason=SECRET, by=by)
        add_mention(place, kind="person", value=SECRET, part="respondent", by=by)
        finding = add_allegation(case.id, text=SECRET, section_id=section.id, by=by)
        record_finding(case.id, finding.id, conclusion="unfounded", reasoning=SECRET, by=by)
        add_allegation(case.id, text=SECRET, section_id=section.id, by=by)
        record_decision(case.id, what=SECRET, why=SECRET, section_id=section.id, by=by)


class TestInside:
    def test_it_shows_with_its_section(self, case: Case, hr: Compartment, cast: Cast) -> None:
        fill(case, hr, cast.hr)
        with acting_as(cast.hr):
            page = record_selectors.timeline(case.id, by=cast.hr)
        assert {line.section for line in page.rows if SECRET in line.text} == {"hr"}

    def test_each_section_numbers_its_own_allegations(self, case: Case, hr: Compartment, cast: Cast) -> None:
        fill(case, hr, cast.hr)
        with acting_as(cast.lead):
            assert add_allegation(case.id, text="He wrote the letters", by=cast.lead).number == 1

    def test_the_same_person_is_named_inside_and_outside(self, case: Case, hr: Compartment, cast: Cast) -> None:
        fill(case, hr, cast.hr)
        with acting_as(cast.lead):
            record = selectors.case_ref(selectors.case(case.id))
            assert add_mention(record, kind="person", value=SECRET, part="respondent", by=cast.lead).note == ""

    def test_an_approver_of_its_decision_is_inside(self, case: Case, hr: Compartment, cast: Cast) -> None:
        with acting_as(cast.hr):
            decision = record_decision(case.id, what=SECRET, why=SECRET, section_id=hr.id, by=cast.hr)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            approve_decision(case.id, decision.id, by=cast.supervisor)


class TestOutside:
    def test_no_row_and_no_ledger_detail_of_it_is_read(self, case: Case, hr: Compartment, cast: Cast) -> None:
        fill(case, hr, cast.hr)
        for person in (cast.lead, cast.supervisor, cast.counsel):
            with acting_as(person):
                lines = record_selectors.timeline(case.id, by=person, limit=200).rows
                assert "zebra" not in repr([(line.text, dict(line.fields)) for line in lines])
                assert not record_selectors.tasks(case.id).exists()
                assert not selectors.allegations(case.id).exists()
                assert not selectors.decisions(case.id).exists()
                assert not selectors.named_in([case.id]).exists()
                assert not LedgerEntry.objects.filter(compartment_id=hr.id).exists()

    def test_the_six_questions_do_not_tell_of_it(self, case: Case, hr: Compartment, cast: Cast) -> None:
        fill(case, hr, cast.hr)
        with acting_as(cast.lead):
            assert "zebra" not in repr(case_briefing(selectors.case(case.id), by=cast.lead))

    @pytest.mark.parametrize(
        "tab", ["", "/history", "/people", "/tasks", "/decisions", "/access", "/closure", "/six-questions", "/evidence"]
    )
    def test_no_page_of_the_case_tells_of_it(
        self, case: Case, hr: Compartment, cast: Cast, visit: Callable[[Actor], Client], tab: str
    ) -> None:
        fill(case, hr, cast.hr)
        answer = visit(cast.lead).get(f"/cases/{case.reference}{tab}")
        assert answer.status_code == 200
        assert "zebra" not in answer.content.decode()

    def test_search_does_not_find_it(
        self, case: Case, hr: Compartment, cast: Cast, visit: Callable[[Actor], Client]
    ) -> None:
        fill(case, hr, cast.hr)
        assert "allegation about" in visit(cast.hr).get("/search?q=zebra").content.decode()
        assert "allegation about" not in visit(cast.lead).get("/search?q=zebra").content.decode()

    def test_writing_into_it_is_not_possible_and_tells_nothing(self, case: Case, hr: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            for wanted in (hr.id, uuid4()):
                with pytest.raises(NotFound):
                    placed(selectors.case_ref(selectors.case(case.id)), wanted)
                with pytest.raises(NotFound):
                    add_allegation(case.id, text="x", section_id=wanted, by=cast.lead)
                with pytest.raises(NotFound):
                    record_decision(case.id, what="x", why="x", section_id=wanted, by=cast.lead)

    def test_a_section_of_another_record_is_not_taken(self, case: Case, hr: Compartment, cast: Cast) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            placed(replace(selectors.case_ref(selectors.case(case.id)), id=uuid4()), hr.id)


class TestClosing:
    def gaps(self, case: Case, by: Actor) -> list[str]:
        with acting_as(by):
            return [gap.sentence for gap in closure_gaps(selectors.facts(selectors.case(case.id)))]

    def test_unfinished_work_in_a_section_that_shows_holds_it_up_and_says_whom_to_ask(
        self, case: Case, hr: Compartment, cast: Cast
    ) -> None:
        sentence = "Something in a part of this case that you cannot see is not finished; ask Hanna HR."
        assert sentence not in self.gaps(case, cast.lead)
        fill(case, hr, cast.hr)
        assert sentence in self.gaps(case, cast.lead)
        assert sentence not in self.gaps(case, cast.hr)
        assert "Finish or waive every open task." in self.gaps(case, cast.hr)

    def test_work_in_a_section_that_does_not_show_leaves_no_trace(self, case: Case, cast: Cast) -> None:
        before = self.gaps(case, cast.lead)
        with acting_as(cast.lead):
            record = selectors.case_ref(selectors.case(case.id))
            made = open_section(case.id, section="medical", first_member_id=cast.medical.id, by=cast.lead)
        with acting_as(cast.medical):
            add_task(placed(record, made.id), title="Call the doctor", by=cast.medical)
        assert self.gaps(case, cast.lead) == before


class TestChoice:
    """Who will be able to read it, on pages and by API."""

    def test_the_composer_writes_into_the_section_that_was_chosen(
        self, case: Case, hr: Compartment, cast: Cast, visit: Callable[[Actor], Client]
    ) -> None:
        client = visit(cast.hr)
        assert f'value="{hr.id}"' in client.get(f"/cases/{case.reference}/history").content.decode()
        for kind in ("note", "task"):
            sent = {"kind": kind, "text": SECRET, "section": str(hr.id)}
            assert client.post(f"/cases/{case.reference}/entries", sent).status_code == 302
        client.post(
            f"/cases/{case.reference}/people",
            {"kind": "person", "value": SECRET, "part": "subject", "section": str(hr.id)},
        )
        client.post(
            f"/cases/{case.reference}/allegations/new", {"kind": "question", "text": SECRET, "section": str(hr.id)}
        )
        decision = {"what": SECRET, "why": "x", "decided_by": str(cast.hr.id), "section": str(hr.id)}
        client.post(f"/cases/{case.reference}/decisions/new", decision)
        with acting_as(cast.hr):
            rows: list[Any] = [
                *record_selectors.tasks(case.id), *selectors.allegations(case.id), *selectors.decisions(case.id),
                *selectors.named_in([case.id]),
            ]  # fmt: skip
            assert {row.compartment_id for row in rows} == {hr.id}
            assert len(rows) == 4

    def test_whoever_is_inside_none_has_nothing_to_choose(
        self, case: Case, hr: Compartment, cast: Cast, visit: Callable[[Actor], Client]
    ) -> None:
        for page in ("history", "allegations/new", "decisions/new"):
            assert 'name="section"' not in visit(cast.lead).get(f"/cases/{case.reference}/{page}").content.decode()

    @pytest.mark.parametrize("section", ["nonsense", str(UUID(int=7))])
    def test_a_section_that_is_not_there_is_a_404(
        self, case: Case, hr: Compartment, cast: Cast, visit: Callable[[Actor], Client], section: str
    ) -> None:
        sent = {"kind": "note", "text": "x", "section": section}
        assert visit(cast.hr).post(f"/cases/{case.reference}/entries", sent).status_code == 404

    def test_the_api_takes_and_tells_the_section(self, case: Case, hr: Compartment, cast: Cast) -> None:
        with acting_as(cast.hr):
            permissions = ["case:read", "case:work"]
            _token, text = create_token(account_id=cast.hr.id, label="x", permissions=permissions, by=cast.hr)
        client = Client(headers={"authorization": f"Bearer {text}"})
        for noun, body in (
            ("timeline", {"text": SECRET}), ("tasks", {"title": SECRET}), ("allegations", {"text": SECRET}),
            ("people", {"kind": "person", "value": SECRET}), ("decisions", {"what": SECRET, "why": "x"}),
        ):  # fmt: skip
            here = f"/api/v1/cases/{case.id}/{noun}"
            made = client.post(here, {**body, "section_id": str(hr.id)}, content_type="application/json")
            assert made.status_code == 201, made.content
            refused = client.post(here, {**body, "section_id": str(uuid4())}, content_type="application/json")
            assert refused.status_code == 404
        lines = client.get(f"/api/v1/cases/{case.id}/timeline?kind=note").json()["items"]
        assert [line["section"] for line in lines] == ["hr"]


class TestPermission:
    def test_being_inside_does_not_replace_the_permission(self, case: Case, hr: Compartment, cast: Cast) -> None:
        with acting_as(cast.hr):
            reading = Actor(cast.hr.kind, cast.hr.id, "x", cast.hr.org_id, permissions=frozenset({"case:read"}))
            with pytest.raises(NotAllowed):
                add_entry(in_section(case, hr, cast.hr), kind=EntryKind.NOTE, text="x", by=reading)
