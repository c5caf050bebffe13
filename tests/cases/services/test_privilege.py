# SPDX-License-Identifier: Apache-2.0
"""Privilege: directed by counsel, logged in neutral words, read by those inside."""

from datetime import date, timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.privilege import describe, direct, direction, export_log, privilege_log
from longwatch.cases.services.sections import let_in, open_section
from longwatch.core import clock
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.records.models import EntryKind
from longwatch.records.reference import placed
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.cases.material import last_actions
from tests.personas import Cast


@pytest.fixture
def section(case: Case, cast: Cast) -> Compartment:
    """A privileged section with a memo by counsel, then the lead inside, then a task."""
    with acting_as(cast.lead):
        add_member(case.id, cast.counsel.id, reason="Advises", by=cast.lead)
    with acting_as(cast.counsel):
        made = open_section(case.id, section="privileged", by=cast.counsel)
        place = placed(selectors.case_ref(selectors.case(case.id)), made.id)
        add_entry(place, kind=EntryKind.NOTE, text="=We would lose this in court", by=cast.counsel)
        let_in(case.id, made.id, cast.lead.id, reason="Runs it", by=cast.counsel)
        add_task(place, title="Ask the expert", by=cast.counsel)
        return made


class TestDirect:
    def test_counsel_says_since_when_and_in_which_matter(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            direct(
                case.id,
                section.id,
                directed_on=date(2026, 11, 1),
                matter="Doe v. Halden",
                basis="advice",
                by=cast.counsel,
            )
            direct(
                case.id, section.id, directed_on=date(2026, 11, 2), matter="Doe", basis="work_product", by=cast.counsel
            )
            found = direction(section.id)
            assert found is not None
            assert (found.counsel.name, found.matter, found.basis) == ("Carl Counsel", "Doe", "work_product")
            assert last_actions(case.id, 2) == ["privilege.directed", "privilege.directed"]

    def test_refuses_what_is_missing_and_the_future(self, case: Case, section: Compartment, cast: Cast) -> None:
        tomorrow = clock.now().date() + timedelta(days=2)
        with acting_as(cast.counsel):
            for day, matter, basis in (
                (tomorrow, "x", "advice"),
                (date(2026, 1, 1), " ", "advice"),
                (date(2026, 1, 1), "x", "y"),
            ):
                with pytest.raises(Invalid):
                    direct(case.id, section.id, directed_on=day, matter=matter, basis=basis, by=cast.counsel)

    def test_is_for_counsel_inside(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead), pytest.raises(NotAllowed):
            direct(case.id, section.id, directed_on=date(2026, 1, 1), matter="x", basis="advice", by=cast.lead)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            direct(case.id, section.id, directed_on=date(2026, 1, 1), matter="x", basis="advice", by=cast.supervisor)


class TestLog:
    def test_lists_everything_without_saying_what_it_says(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            log = privilege_log(case.id, section.id, by=cast.counsel)
        assert [(line.number, line.author, line.description) for line in log] == [
            (1, "Carl Counsel", "Note"), (2, "Carl Counsel", "Task"),
        ]  # fmt: skip
        assert "court" not in repr(log)

    def test_names_who_could_read_it_when_it_was_written(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            log = privilege_log(case.id, section.id, by=cast.counsel)
        assert [line.recipients for line in log] == ["Carl Counsel", "Carl Counsel; Leo Lead"]

    def test_takes_other_words_of_counsel(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            line = privilege_log(case.id, section.id, by=cast.counsel)[0]
            for words in ("Memo", "Memorandum of advice"):
                describe(case.id, section.id, line.id, basis="work_product", description=words, by=cast.counsel)
            again = privilege_log(case.id, section.id, by=cast.counsel)[0]
            assert (again.basis, again.description) == ("work_product", "Memorandum of advice")
            with pytest.raises(NotFound):
                describe(case.id, section.id, case.id, basis="advice", description="x", by=cast.counsel)

    def test_leaves_as_a_file_that_the_ledger_knows(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            line = privilege_log(case.id, section.id, by=cast.counsel)[0]
            describe(case.id, section.id, line.id, basis="advice", description="=1+1", by=cast.counsel)
            text = export_log(case.id, section.id, by=cast.counsel)
            assert last_actions(case.id) == ["privilege.log_exported"]
        assert text.splitlines()[0] == "id,date,author,recipients,basis,description"
        assert "'=1+1" in text

    def test_is_not_there_for_another_section_or_from_outside(
        self, case: Case, section: Compartment, cast: Cast
    ) -> None:
        with acting_as(cast.lead):
            witnesses = open_section(case.id, section="witness", by=cast.lead)
            with pytest.raises(NotAllowed):
                privilege_log(case.id, section.id, by=cast.lead)
            with pytest.raises(NotFound):
                privilege_log(case.id, witnesses.id, by=cast.lead)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            export_log(case.id, section.id, by=cast.supervisor)
