# SPDX-License-Identifier: Apache-2.0
"""Closing an account while others work, with real commits; and what verifying says then."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_roles, disable_account
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.closure import Closure, write_closure
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member, name_lead
from longwatch.cases.services.sections import open_section
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import VERIFIER, Address
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.incidents.services.responding import add_responder, hand_over_command, take_command
from longwatch.intake.services.bulk_triage import judge_many
from longwatch.intake.services.triage import assign
from longwatch.integrity.verification import Plan, verify
from longwatch.ledger.sealing import seal_now
from longwatch.records.models import EntryKind, Task, TaskStatus
from longwatch.records.services.tasks import add_task, assign_task, finish_task
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.handing_over import approve, close_account, in_hand
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast
from tests.search.services.test_handing_over import a_case, an_incident, only_hand_over

ROUNDS = 5
KINDS = ("incidents", "cases", "signals", "witness")


@pytest.fixture
def people(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """A committed organisation with two administrators: the administrator and the supervisor."""
    with django_db_blocker.unblock():
        cast = make_cast()
        with acting_as(cast.administrator):
            change_roles(cast.supervisor.id, roles=["administrator"], by=cast.administrator)
        yield cast


def at_once(*acts: Callable[[], object]) -> list[str]:
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(10)
            act()
            return "done"
        except LongwatchError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(30) for each in [pool.submit(run, act) for act in acts]]


def closing(cast: Cast, whom: Actor, by: Actor) -> Callable[[], object]:
    def act() -> None:
        with acting_as(by):
            close_account(whom.id, successors=dict.fromkeys(KINDS, cast.investigator.id), reason="Left", by=by)

    return act


def test_of_two_administrators_who_close_each_other_one_stays(people: Cast) -> None:
    second = actor_of(Account.objects.get(id=people.supervisor.id))
    answers = at_once(closing(people, second, people.administrator), closing(people, people.administrator, second))
    assert answers.count("done") == 1
    assert Account.objects.filter(org_id=people.organisation.id, is_active=True, roles=["administrator"]).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_no_task_is_given_past_a_hand_over(people: Cast, _round: int) -> None:
    record = incident_ref(an_incident(people))

    def give() -> None:
        with acting_as(people.analyst):
            add_task(record, title="Late", owner_id=people.lead.id, by=people.analyst)

    assert at_once(closing(people, people.lead, people.administrator), give)[0] == "done"
    with acting_as(people.analyst):
        assert not Task.objects.filter(owner_id=people.lead.id, status=TaskStatus.OPEN).exists()


def disabling(cast: Cast) -> Callable[[], object]:
    def act() -> None:
        with acting_as(cast.administrator):
            disable_account(cast.lead.id, reason="Left", by=cast.administrator)

    return act


def test_an_account_is_disabled_only_after_the_work_that_it_is_given_just_now(people: Cast) -> None:
    record = incident_ref(an_incident(people))
    with ThreadPoolExecutor(1) as pool:
        with acting_as(people.analyst):
            add_task(record, title="Late", owner_id=people.lead.id, by=people.analyst)
            disabled = pool.submit(at_once, disabling(people))
            until_waiting(1)
        assert disabled.result(30) == ["done"]


def test_no_work_is_given_to_an_account_that_is_disabled_just_now(people: Cast) -> None:
    record = incident_ref(an_incident(people))

    def give() -> None:
        with acting_as(people.analyst):
            add_task(record, title="Late", owner_id=people.lead.id, by=people.analyst)

    with ThreadPoolExecutor(1) as pool:
        with acting_as(people.administrator):
            disable_account(people.lead.id, reason="Left", by=people.administrator)
            given = pool.submit(at_once, give)
            until_waiting(1)
        assert given.result(30) != ["done"]
    with acting_as(people.analyst):
        assert not Task.objects.filter(title="Late").exists()


# Where a name means that somebody has work in hand; the statement gives the row to somebody.
GIVEN = {
    "a task": "update records_task set owner_id = %(who)s where id = %(task)s",
    "a case": "update cases_case set lead_id = %(who)s where id = %(case)s",
    "what is watched after a case": "update cases_case set monitoring_owner_id = %(who)s where id = %(case)s",
    "a command": "update incidents_incident set commander_id = %(who)s where id = %(incident)s",
    "a signal": "update intake_signal set assignee_id = %(who)s where id = %(signal)s",
    "a membership": "insert into access_membership (id, compartment_id, account_id, granted_at, reason, version) "
    "select gen_random_uuid(), compartment_id, %(who)s, now(), '', 1 from cases_case where id = %(case)s",
}


@pytest.mark.parametrize("statement", GIVEN.values(), ids=GIVEN)
def test_whoever_writes_past_the_services_waits_for_who_is_disabled_just_now_and_is_refused(
    people: Cast, statement: str
) -> None:
    case = other_case(people)
    with acting_as(people.investigator):
        task = add_task(case_ref(case), title="Call", by=people.investigator)
    with acting_as(people.analyst):
        incident = open_incident(title="Gate", category="FA-01", restricted=False, by=people.analyst)
    names = {
        "who": people.lead.id,
        "case": case.id,
        "task": task.id,
        "incident": incident.id,
        "signal": a_signal(people),
    }
    # The analyst reads incidents and signals, the investigator is inside the case too.
    by = people.investigator if "case" in statement or "task" in statement else people.analyst

    def give() -> None:
        with acting_as(by), connection.cursor() as cursor:
            cursor.execute(statement, names)

    with ThreadPoolExecutor(1) as pool:
        with acting_as(people.administrator):
            disable_account(people.lead.id, reason="Left", by=people.administrator)
            given = pool.submit(at_once, give)
            until_waiting(1)
        with pytest.raises(IntegrityError, match="closed is given no work"):
            given.result(30)


def meet(gate: tuple[str, UUID], keeper: Actor, give: Callable[[], object], close: Callable[[], object]) -> list[str]:
    """Both acts, so that they meet where locks taken in different orders never let either of them through.

    A third connection keeps the row that both want until the giver waits for it, and then the one who closes too.
    """
    table, row_id = gate
    with ThreadPoolExecutor(2) as pool:
        with acting_as(keeper), connection.cursor() as cursor:
            cursor.execute(f"select id from {table} where id = %s for update", [row_id])
            assert cursor.fetchone()
            acts = []
            for number, act in enumerate((give, close), start=1):
                acts.append(pool.submit(at_once, act))
                until_waiting(number)
        return [each.result(30)[0] for each in acts]


def until_waiting(number: int) -> None:
    """Return when as many connections wait for a lock."""
    ends = monotonic() + 20
    with connection.cursor() as cursor:
        while monotonic() < ends:
            # Else the first look is remembered until this transaction ends.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select count(distinct l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid "
                "where not l.granted and a.datname = current_database()"
            )
            if cursor.fetchone()[0] >= number:
                return
    raise AssertionError(f"nobody waits as number {number}")


Meeting = tuple[tuple[str, UUID], Actor, Callable[[], object]]


def _names_a_lead(cast: Cast) -> Meeting:
    case = other_case(cast)
    return ("cases_case", case.id), cast.investigator, lambda: name_lead(case.id, cast.lead.id, by=cast.investigator)


def _adds_a_member(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    return (
        ("cases_case", case.id), cast.investigator,
        lambda: add_member(case.id, cast.lead.id, reason="Knows the site", by=cast.investigator),
    )  # fmt: skip


def _names_who_watches(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    closure = Closure(monitoring_owner_id=cast.lead.id)
    return ("cases_case", case.id), cast.investigator, lambda: write_closure(case.id, closure, by=cast.investigator)


def _opens_a_section(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    return (
        ("cases_case", case.id), cast.investigator,
        lambda: open_section(case.id, section="witness", first_member_id=cast.lead.id, by=cast.investigator),
    )  # fmt: skip


def _hands_over_command(cast: Cast) -> Meeting:
    incident = an_incident(cast)
    with acting_as(cast.analyst):
        take_command(incident.id, by=cast.analyst)
    return (
        ("incidents_incident", incident.id), cast.analyst,
        lambda: hand_over_command(incident.id, cast.lead.id, by=cast.analyst),
    )  # fmt: skip


def _adds_a_responder(cast: Cast) -> Meeting:
    incident = an_incident(cast)
    return (
        ("incidents_incident", incident.id), cast.analyst,
        lambda: add_responder(incident.id, cast.lead.id, role="deputy", by=cast.analyst),
    )  # fmt: skip


def _assigns_a_signal(cast: Cast) -> Meeting:
    signal_id = a_signal(cast)
    return ("intake_signal", signal_id), cast.analyst, lambda: assign(signal_id, cast.lead.id, cast.analyst)


def _assigns_many_signals(cast: Cast) -> Meeting:
    signal_id = a_signal(cast)
    return (
        ("intake_signal", signal_id), cast.analyst,
        lambda: judge_many([signal_id], lambda each: assign(each, cast.lead.id, cast.analyst), given_to=[cast.lead.id]),
    )  # fmt: skip


def _opens_an_incident_for_a_commander(cast: Cast) -> Meeting:
    signal_id = a_signal(cast)
    return (
        ("intake_signal", signal_id), cast.analyst,
        lambda: open_incident(
            title="Gate", category="FA-01", restricted=False, signal_ids=[signal_id], commander_id=cast.lead.id,
            by=cast.analyst,
        ),
    )  # fmt: skip


def _opens_a_case_for_a_lead(cast: Cast) -> Meeting:
    signal_id = a_signal(cast)
    return (
        ("intake_signal", signal_id), cast.investigator,
        lambda: open_case(
            title="Gate", type="physical_security", signal_ids=[signal_id], lead_id=cast.lead.id, by=cast.investigator
        ),
    )  # fmt: skip


def _gives_a_task(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    with acting_as(cast.investigator):
        task = add_task(case_ref(case), title="Call", owner_id=cast.investigator.id, by=cast.investigator)
    return (
        ("cases_case", case.id), cast.investigator,
        lambda: assign_task(case_ref(case), task.id, owner_id=cast.lead.id, due_at=None, by=cast.investigator),
    )  # fmt: skip


def _finishes_a_task(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    with acting_as(cast.investigator):
        task = Task.objects.get(record_id=case.id)
    return (
        ("records_task", task.id), cast.investigator,
        lambda: finish_task(case_ref(case), task.id, by=cast.investigator),
    )  # fmt: skip


def _writes_a_note(cast: Cast) -> Meeting:
    case = a_case(cast, cast.investigator)
    return (
        ("cases_case", case.id), cast.lead,
        lambda: add_entry(case_ref(case), kind=EntryKind.NOTE, text="On my way out", by=cast.lead),
    )  # fmt: skip


MEETINGS = [
    _names_a_lead, _adds_a_member, _names_who_watches, _opens_a_section, _hands_over_command, _adds_a_responder,
    _assigns_a_signal, _assigns_many_signals, _opens_an_incident_for_a_commander, _opens_a_case_for_a_lead,
    _gives_a_task, _finishes_a_task, _writes_a_note,
]  # fmt: skip


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda each: each.__name__.strip("_"))
def test_nobody_waits_for_ever_when_somebody_is_closed_who_just_then(
    people: Cast, meeting: Callable[[Cast], Meeting]
) -> None:
    gate, giver, act = meeting(people)

    def give() -> None:
        with acting_as(giver):
            act()

    assert meet(gate, giver, give, closing(people, people.lead, people.administrator)) == ["done", "done"]
    # What nobody inside can take at once waits for a decision; nothing was given past the hand-over.
    with acting_as(people.administrator):
        left = {thing for each in in_hand(people.lead.id, by=people.administrator) for thing in each.numbers}
    assert left <= {"member", "alone", "case", "task"}


def other_case(cast: Cast) -> Case:
    """A case that the leaver has work in and somebody else leads."""
    case = a_case(cast, cast.investigator)
    with acting_as(cast.lead):
        name_lead(case.id, cast.investigator.id, by=cast.lead)
    return case


def a_signal(cast: Cast) -> UUID:
    """One that the leaver has in hand, or somebody else gives to them."""
    signal_id: UUID = send(make_source(cast), cast, title="Door", dedup_key="d").signal_id
    with acting_as(cast.analyst):
        assign(signal_id, cast.lead.id, cast.analyst)
        assign(signal_id, cast.analyst.id, cast.analyst)
    return signal_id


def test_verifying_finds_nothing_wrong_afterwards(people: Cast, committed_db: Address) -> None:
    a_case(people)
    an_incident(people)
    with acting_as(people.administrator):
        chosen = {"cases": people.investigator.id, "incidents": people.investigator.id}
        close_account(people.lead.id, successors=chosen, reason="Left", by=people.administrator)
    with acting_as(people.privacy):
        approve(only_hand_over(people).id, successor_id=people.investigator.id, by=people.privacy)
    seal_now()
    assert verify(Plan(committed_db.conninfo(VERIFIER), [], None, processes=1)).faults == []
