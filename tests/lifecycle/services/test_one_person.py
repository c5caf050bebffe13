# SPDX-License-Identifier: Apache-2.0
"""Whoever proposes that one person goes learns nothing of what they may not see, and leaves a trace when they look."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.oversight import Attempt
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.sections import open_section
from longwatch.core.errors import Conflict, NotFound, TooMany
from longwatch.core.ids import uuid7
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.services.opening import add_signals
from longwatch.intake.services.enclosing import exclude_from
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, propose_person
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.models import Task
from longwatch.records.reference import RecordRef, placed
from longwatch.records.services.tasks import add_task
from tests.cases.material import a_case
from tests.intake.cast_signals import make_source, send
from tests.lifecycle.closed import PERSON, an_incident
from tests.lifecycle.officers import another_officer
from tests.personas import Cast


def a_case_with(cast: Cast, section: str, member: str) -> tuple[RecordRef, UUID]:
    """A case that names the person only in a section inside it."""
    with acting_as(cast.investigator):
        case = a_case(cast, title="Unwell")
    with acting_as(cast.lead):
        made = open_section(case.id, section=section, first_member_id=cast.actors[member].id, by=cast.lead)
        record = case_ref(case)
    with acting_as(cast.actors[member]):
        add_task(placed(record, made.id), title=f"Call {PERSON}", by=cast.actors[member])
    return record, made.id


def sought(cast: Cast, record: RecordRef, *words: str) -> Disposal:
    """The privacy officer proposes that somebody goes."""
    with acting_as(cast.privacy):
        return propose_person(record.id, words=list(words) or [PERSON], note="Asked", by=cast.privacy)


def refused(cast: Cast, record: RecordRef, *words: str) -> None:
    """They look, and nothing is found; the transaction ends well, as that of a request does."""
    with acting_as(cast.privacy), pytest.raises(Conflict, match="that you may search"):
        propose_person(record.id, words=list(words) or [PERSON], note="Asked", by=cast.privacy)


def named_in(cast: Cast, record: RecordRef) -> list[bool]:
    """What the record's history says that was found, each time that somebody looked."""
    with acting_as(cast.lead):
        entries = LedgerEntry.objects.filter(record_id=record.id, action="disposal.person_sought").order_by("id")
        details = LedgerDetail.objects.in_bulk([each.id for each in entries])
        return [details[each.id].fields["named"]["value"] for each in entries]


class TestSections:
    @pytest.mark.parametrize(("section", "member"), [("medical", "medical"), ("hr", "hr"), ("witness", "supervisor")])
    def test_that_the_proposer_is_not_inside_of_are_not_searched(self, cast: Cast, section: str, member: str) -> None:
        record, _ = a_case_with(cast, section, member)
        refused(cast, record)

    def test_that_the_proposer_is_inside_of_are(self, cast: Cast) -> None:
        cast.actors["both"] = actor_of(another_officer(cast, "hr"))
        record, _ = a_case_with(cast, "hr", "both")
        with acting_as(cast.both):
            assert propose_person(record.id, words=[PERSON], note="Asked", by=cast.both).status == "proposed"

    def test_stay_as_they_are_where_whoever_decides_is_outside(self, cast: Cast) -> None:
        record, _ = a_case_with(cast, "medical", "medical")
        with acting_as(cast.lead):
            add_task(record, title=f"Write to {PERSON}", by=cast.lead)
        row = sought(cast, record)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        assert carry_out(row.id) == "done"
        with acting_as(cast.medical):
            assert Task.objects.filter(record_id=record.id, title=f"Call {PERSON}").exists()
        with acting_as(cast.lead):
            assert Task.objects.filter(record_id=record.id, title="Write to [erased]").exists()
            assert selectors.disposal(row.id).counts["records_task"] == 1

    def test_are_reached_where_whoever_decides_is_inside_and_saw_them(self, cast: Cast) -> None:
        record, section = a_case_with(cast, "witness", "supervisor")
        with acting_as(cast.lead):
            add_task(record, title=f"Write to {PERSON}", by=cast.lead)
        row = sought(cast, record)
        with acting_as(cast.supervisor):
            shown = {each.before for each in selectors.person_places(row)}
            assert shown == {f"Write to {PERSON}", f"Call {PERSON}"}
            assert approve(row.id, by=cast.supervisor).sections == [section]
        assert carry_out(row.id) == "done"
        with acting_as(cast.supervisor):
            assert Task.objects.filter(record_id=record.id, title="Call [erased]").exists()

    def test_the_database_lets_nobody_reach_further_than_they_are_inside(self, cast: Cast) -> None:
        record, section = a_case_with(cast, "medical", "medical")
        with acting_as(cast.lead):
            add_task(record, title=f"Write to {PERSON}", by=cast.lead)
        row = sought(cast, record)
        with (
            acting_as(cast.lead), pytest.raises(DatabaseError, match="decided once"), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(
                "update lifecycle_disposal set status = 'approved', decided_by_id = %s, sections = %s::uuid[]"
                " where id = %s",
                [cast.lead.id, [section], row.id],
            )


class TestWords:
    def test_that_only_name_a_reporter_find_nothing(self, cast: Cast) -> None:
        record, source = an_incident(cast), make_source(cast)
        arrived = send(
            source, cast, title="Badge lost", entities=[{"kind": "person", "value": PERSON, "part": "reporter"}]
        )
        with acting_as(cast.analyst):
            add_signals(record.id, [arrived.signal_id], by=cast.analyst)
            for part in ("reporter", "witness"):
                add_mention(record, kind="person", value=PERSON, part=part, by=cast.analyst)
        refused(cast, record)

    def test_that_structured_data_is_held_together_by_find_nothing(self, cast: Cast) -> None:
        record, source = an_incident(cast), make_source(cast)
        arrived = send(source, cast, title="Badge lost", entities=[{"kind": "person", "value": PERSON}])
        with acting_as(cast.analyst):
            add_signals(record.id, [arrived.signal_id], by=cast.analyst)
        refused(cast, record, "value")
        row = sought(cast, record)
        with acting_as(cast.supervisor):
            shown = [each.after for each in selectors.person_places(row) if each.row_id == arrived.signal_id]
        assert all("[erased]" in each and "value" not in each for each in shown)
        assert shown


class TestTrace:
    def test_stays_where_nothing_is_found_and_does_not_say_whom(self, cast: Cast) -> None:
        record = an_incident(cast)
        refused(cast, record)
        assert named_in(cast, record) == [False]
        with acting_as(cast.lead):
            entry = LedgerEntry.objects.get(record_id=record.id, action="disposal.person_sought")
            assert PERSON not in str(LedgerDetail.objects.get(entry_id=entry.id).fields)

    def test_says_where_somebody_was_found(self, cast: Cast) -> None:
        record = an_incident(cast)
        with acting_as(cast.analyst):
            add_mention(record, kind="person", value=PERSON, part="subject", by=cast.analyst)
        sought(cast, record)
        assert named_in(cast, record) == [True]

    def test_is_limited(self, cast: Cast) -> None:
        record = an_incident(cast)
        for number in range(20):
            refused(cast, record, f"Nobody {number}")
        with acting_as(cast.privacy), pytest.raises(TooMany):
            propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
        with acting_as(cast.privacy):
            assert Attempt.objects.filter(kind="person").count() == 20

    def test_is_what_the_database_counts_before_it_looks(self, cast: Cast) -> None:
        record = an_incident(cast)
        for asker, allowed in ((cast.privacy, True), (cast.lead, False)):
            with acting_as(asker), connection.cursor() as cursor:
                cursor.execute("select * from lifecycle_seek_person(%s, %s, %s)", [record.id, [PERSON], uuid7()])
                assert cursor.fetchall() == [(allowed, False)]
        with acting_as(cast.privacy):
            assert Attempt.objects.filter(kind="person").count() == 1

    def test_is_none_of_a_record_that_is_kept_from_the_asker(self, cast: Cast) -> None:
        record, _ = a_case_with(cast, "medical", "medical")
        with acting_as(cast.lead):
            exclude_from(record.compartment_id, cast.accounts["privacy"], reason="Named", by=cast.lead)
        with acting_as(cast.privacy):
            with pytest.raises(NotFound):
                propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
            assert not Attempt.objects.filter(kind="person").exists()
