# SPDX-License-Identifier: Apache-2.0
"""Breaking the glass: what opens, for how long, who hears of it, and that nothing can be written through it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind, Section
from longwatch.access.oversight import Attempt, BreakGlass, Notice
from longwatch.access.services.break_glass import end_glass
from longwatch.access.services.compartments import open_compartment
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed, TooMany
from longwatch.entities.services.mentions import add_mention
from longwatch.ledger.models import LedgerEntry
from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.break_glass import break_glass
from tests.cases.material import a_bare_case, an_incident
from tests.personas import Cast

WHY = "The gate guard cannot reach anybody of the case."
# Tables that everybody at work appends to, and which hold no content that others could be fooled with.
APPENDED = {"ledger_entry", "ledger_detail"}
# Its own rows end and are reviewed; a trigger holds the rest (tests/access/services/test_break_glass.py).
ENDED = "access_break_glass"
WALLED = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'compartment_id'
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and has_table_privilege('longwatch_app', c.oid, '{privilege}') order by 1
"""


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of the investigator that nobody else is in."""
    with acting_as(cast.investigator):
        return a_bare_case(cast)


# Who may be the first inside a section.
FOUNDERS = {
    "hr": "hr", "medical": "medical", "privileged": "counsel", "identity": "custodian", "witness": "investigator",
    "intelligence": "intelligence",
}  # fmt: skip


def broken(case: Case, by: Actor, minutes: int = 60) -> BreakGlass:
    row = break_glass(case.reference, reason_code="danger", reason=WHY, minutes=minutes, by=by)
    assert row is not None
    return row


def sees(actor: Actor, case: Case) -> bool:
    with acting_as(actor):
        return Case.objects.filter(id=case.id).exists()


class TestBreakGlass:
    """break_glass"""

    def test_opens_one_case_to_whoever_breaks_the_glass(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            other = a_bare_case(cast)
        assert not sees(cast.supervisor, case)
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
        assert sees(cast.supervisor, case)
        assert not sees(cast.supervisor, other)
        assert not sees(cast.dispatcher, case)

    def test_opens_a_restricted_incident(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast, restricted=True)
        with acting_as(cast.dispatcher):
            row = break_glass(incident.reference.lower(), reason_code="handling", reason=WHY, by=cast.dispatcher)
        assert row is not None
        assert row.record_kind == "incident"

    def test_says_so_in_the_records_history(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
        with acting_as(cast.investigator):
            entry = LedgerEntry.objects.filter(record_id=case.id, action="break_glass.opened").get()
            assert entry.actor_id == cast.supervisor.id

    def test_tells_the_members_and_the_privacy_officers_at_once(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
        for actor, kind in ((cast.investigator, "glass_broken"), (cast.privacy, "glass_review")):
            with acting_as(actor):
                assert [row.kind for row in Notice.objects.all()] == [kind]
        with acting_as(cast.analyst):
            assert not Notice.objects.exists()

    def test_is_due_for_review_in_two_working_days(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            row = broken(case, cast.supervisor)
        assert timedelta(days=2) <= row.review_due_at - row.opened_at <= timedelta(days=4)
        assert row.review_due_at.weekday() < 5

    def test_opens_nothing_under_an_unknown_reference_and_keeps_the_try(self, cast: Cast) -> None:
        with acting_as(cast.supervisor):
            assert break_glass("CASE-AAAA-AA", reason_code="danger", reason=WHY, by=cast.supervisor) is None
            assert Attempt.objects.filter(kind="glass", record_id=None).count() == 1
        with acting_as(cast.auditor):
            assert LedgerEntry.objects.filter(action="break_glass.tried").count() == 1

    def test_answers_as_for_an_unknown_reference_what_it_is_not_for(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            wide = an_incident(cast)
        for reference, actor in ((wide.reference, cast.dispatcher), (case.reference, cast.outsider)):
            with acting_as(actor):
                assert break_glass(reference, reason_code="danger", reason=WHY, by=actor) is None

    def test_refuses_whoever_lacks_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            break_glass(case.reference, reason_code="danger", reason=WHY, by=cast.analyst)

    @pytest.mark.parametrize(
        ("field", "value"), [("reason", "because"), ("reason_code", "curious"), ("minutes", 61), ("minutes", 0)]
    )
    def test_refuses_a_try_without_a_reason_or_for_longer_than_an_hour(
        self, cast: Cast, case: Case, field: str, value: Any
    ) -> None:
        given: dict[str, Any] = {"reason_code": "danger", "reason": WHY, "minutes": 60} | {field: value}
        with acting_as(cast.supervisor), pytest.raises(Invalid) as refusal:
            break_glass(case.reference, **given, by=cast.supervisor)
        assert field in refusal.value.fields

    def test_refuses_the_sixth_try_in_an_hour(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            for number in range(5):
                break_glass(f"CASE-AAAA-A{number}", reason_code="danger", reason=WHY, by=cast.supervisor)
            with pytest.raises(TooMany):
                break_glass(case.reference, reason_code="danger", reason=WHY, by=cast.supervisor)


class TestTheWall:
    """What the database holds, whatever the services do."""

    def test_opens_nothing_to_a_token_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
        narrow = Actor(
            cast.supervisor.kind,
            cast.supervisor.id,
            "token",
            cast.supervisor.org_id,
            permissions=frozenset({"case:read"}),
        )
        assert not sees(narrow, case)

    def test_ends_by_the_databases_clock(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            row = broken(case, cast.supervisor, minutes=1)
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("update access_break_glass set expires_at = now() + interval '1 day'")
        with connection.cursor() as cursor:
            cursor.execute("select pg_get_functiondef('glass_compartments'::regproc)")
            assert "expires_at > now()" in cursor.fetchone()[0]
        assert row.expires_at - row.opened_at == timedelta(minutes=1)

    def test_ends_when_it_is_ended(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            row = broken(case, cast.supervisor)
            end_glass(row.id, by=cast.supervisor)
        assert not sees(cast.supervisor, case)

    @pytest.mark.parametrize("section", [each for each in Section if each != Section.CORE])
    def test_never_opens_an_inner_section(self, cast: Cast, case: Case, section: Section) -> None:
        founder = cast.actors[FOUNDERS[section]]
        with acting_as(founder):
            kind = CompartmentKind.RECORD
            inner = open_compartment(name="Inner", kind=kind, record_id=case.id, section=section, by=founder)
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
            assert not Compartment.objects.filter(id=inner.id).exists()
            assert Compartment.objects.filter(id=case.compartment_id).exists()

    def test_lets_nothing_be_written_into_any_table(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            record = case_ref(case)
            add_entry(record, kind=EntryKind.NOTE, text="A note", by=cast.investigator)
            add_task(record, title="A task", by=cast.investigator)
            add_mention(record, kind="person", value="Jane Doe", by=cast.investigator)
        with acting_as(cast.supervisor):
            broken(case, cast.supervisor)
            wrong = [*_inserted(case.compartment_id), *_changed(case.compartment_id)]
        assert wrong == [ENDED]

    def test_would_notice_a_wall_that_lets_writing_through(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            assert "records_task" in _inserted(case.compartment_id)


def _tables(privilege: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(WALLED.format(privilege=privilege))
        return [name for (name,) in cursor.fetchall() if name not in APPENDED]


def _inserted(compartment_id: UUID) -> list[str]:
    """Tables whose wall lets a row into the compartment: it is judged before anything else about the row is."""
    tables = [
        name
        for name in _tables("insert")
        if not _refused(f"insert into {name} (compartment_id) values (%s)", compartment_id)
    ]
    assert tables or _tables("insert")
    return tables


def _changed(compartment_id: UUID) -> list[str]:
    """Tables where a row of the compartment can be changed or deleted."""
    change = "update {} set compartment_id = compartment_id where compartment_id = %s"
    gone = "delete from {} where compartment_id = %s"
    found = [name for name in _tables("update") if not _refused(change.format(name), compartment_id, none=True)]
    return found + [name for name in _tables("delete") if not _refused(gone.format(name), compartment_id, none=True)]


def _refused(statement: str, compartment_id: UUID, *, none: bool = False) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [compartment_id])
            return none and cursor.rowcount == 0
    except DatabaseError as error:
        return "row-level security" in str(error)
