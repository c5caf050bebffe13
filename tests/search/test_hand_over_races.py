# SPDX-License-Identifier: Apache-2.0
"""Closing an account while others work, with real commits; and what verifying says then."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_roles
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import VERIFIER, Address
from longwatch.incidents.selectors import incident_ref
from longwatch.integrity.verification import Plan, verify
from longwatch.ledger.sealing import seal_now
from longwatch.records.models import Task, TaskStatus
from longwatch.records.services.tasks import add_task
from longwatch.search.services.handing_over import approve, close_account
from tests.personas import Cast, make_cast
from tests.search.services.test_handing_over import a_case, an_incident, only_hand_over

ROUNDS = 5


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
            close_account(whom.id, successors={"incidents": cast.investigator.id}, reason="Left", by=by)

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
