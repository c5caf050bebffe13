# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.access.models import Exclusion
from longwatch.access.services.compartments import add_member
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.intake.reporter_events import PersonExcluded
from longwatch.records.models import Task
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import open_tasks, tasks
from longwatch.records.services.tasks import (
    NOT_A_READER,
    add_task,
    assign_task,
    finish_task,
    possible_owners,
    reopen_task,
    waive_task,
)
from tests.incidents.cast_incidents import told
from tests.personas import Cast
from tests.records.some_record import a_record, a_secret_record, reader_only

Change = Callable[[RecordRef, Task, Actor], Any]
CHANGES: dict[str, Change] = {
    "assign": lambda record, task, by: assign_task(record, task.id, owner_id=by.id, due_at=None, by=by),
    "finish": lambda record, task, by: finish_task(record, task.id, resolution="Done", by=by),
    "waive": lambda record, task, by: waive_task(record, task.id, reason="Not ours", by=by),
    "reopen": lambda record, task, by: reopen_task(record, task.id, by=by),
}


class TestAddTask:
    """add_task"""

    def test_adds_it_with_owner_and_due_time(self, cast: Cast) -> None:
        record, due = a_record(cast), clock.now() + timedelta(hours=1)
        with acting_as(cast.responder):
            task = add_task(record, title=" Call ", owner_id=cast.analyst.id, due_at=due, by=cast.responder)
            assert (task.title, task.owner_id, task.due_at) == ("Call", cast.analyst.id, due)
            assert told(record.id) == ["task.added"]

    def test_refuses_no_title_and_a_closed_record(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            with pytest.raises(Invalid):
                add_task(a_record(cast), title=" ", by=cast.analyst)
            with pytest.raises(Conflict):
                add_task(a_record(cast, closed=True), title="Call", by=cast.analyst)

    def test_gives_no_task_to_somebody_who_would_never_see_it(self, cast: Cast) -> None:
        record = a_secret_record(cast)
        with acting_as(cast.analyst):
            assert add_task(record, title="Call", owner_id=cast.analyst.id, by=cast.analyst).owner_id == cast.analyst.id
            refusals = []
            for nobody in (cast.supervisor.id, cast.outsider.id, uuid7()):
                with pytest.raises(Invalid) as refused:
                    add_task(record, title="Call", owner_id=nobody, by=cast.analyst)
                refusals.append((refused.value.code, refused.value.sentence, refused.value.fields))
        assert refusals == [("owner_cannot_read", NOT_A_READER, {"owner_id": NOT_A_READER})] * 3

    def test_offers_the_readers_of_the_place_alone(self, cast: Cast) -> None:
        record, secret = a_record(cast), a_secret_record(cast)
        with acting_as(cast.analyst):
            everybody = {account.id for account in possible_owners(record.compartment_id, by=cast.analyst)}
            named = {account.id for account in possible_owners(secret.compartment_id, by=cast.analyst)}
        assert {cast.analyst.id, cast.responder.id, cast.supervisor.id} <= everybody
        assert cast.outsider.id not in everybody
        assert named == {cast.analyst.id}

    def test_offers_nobody_whom_a_report_is_kept_from(self, cast: Cast) -> None:
        record = a_secret_record(cast)
        with acting_as(cast.analyst):
            add_member(record.compartment_id, cast.supervisor.id, reason="Helps", by=cast.analyst)
            both = {account.id for account in possible_owners(record.compartment_id, by=cast.analyst)}
            row = Exclusion(
                org_id=cast.organisation.id, compartment_id=record.compartment_id, account_id=cast.supervisor.id
            )
            event = PersonExcluded(
                subject_id=row.id,
                compartment_id=record.compartment_id,
                account="Sam",
                account_id=row.account_id,
                reason="",
            )
            ledger.record_created(event, by=cast.analyst, row=row)
            left = {account.id for account in possible_owners(record.compartment_id, by=cast.analyst)}
        assert (both, left) == ({cast.analyst.id, cast.supervisor.id}, {cast.analyst.id})

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            add_task(a_record(cast), title="Call", by=reader_only(cast.analyst))


class TestEveryChange:
    """assign_task, finish_task, waive_task, reopen_task"""

    @pytest.mark.parametrize("name", CHANGES)
    def test_is_not_there_for_others(self, cast: Cast, name: str) -> None:
        record = a_secret_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            CHANGES[name](record, task, cast.supervisor)

    @pytest.mark.parametrize("name", CHANGES)
    def test_refuses_whoever_may_only_read(self, cast: Cast, name: str) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            with pytest.raises(NotAllowed):
                CHANGES[name](record, task, reader_only(cast.analyst))

    @pytest.mark.parametrize("name", CHANGES)
    def test_refuses_a_closed_record(self, cast: Cast, name: str) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            with pytest.raises(Conflict):
                CHANGES[name](a_record(cast, id=record.id, closed=True), task, cast.analyst)

    @pytest.mark.parametrize("name", ["finish", "waive"])
    def test_ends_a_task_once(self, cast: Cast, name: str) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            CHANGES[name](record, task, cast.analyst)
            assert not open_tasks(record.id).exists()
            for again in ("assign", "finish", "waive"):
                with pytest.raises(Conflict):
                    CHANGES[again](record, task, cast.analyst)

    @pytest.mark.parametrize(
        ("change", "said"),
        [(assign_task, {"owner_id": None, "due_at": None}), (finish_task, {}), (waive_task, {"reason": "x"}),
         (reopen_task, {})],
    )  # fmt: skip
    def test_changes_the_version_that_was_read_only(self, cast: Cast, change: Any, said: dict[str, Any]) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            with pytest.raises(Stale):
                change(record, task.id, **said, by=cast.analyst, expected_version=task.version - 1)
            assert change(record, task.id, **said, by=cast.analyst, expected_version=task.version)

    def test_tells_of_each(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            for name in ("assign", "finish", "reopen", "waive", "reopen", "reopen"):
                CHANGES[name](record, task, cast.analyst)
            assert told(record.id) == [
                "task.added", "task.assigned", "task.finished", "task.reopened", "task.waived", "task.reopened",
            ]  # fmt: skip


class TestWaiveTask:
    """waive_task"""

    def test_needs_a_reason(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            task = add_task(record, title="Call", by=cast.analyst)
            with pytest.raises(Invalid):
                waive_task(record, task.id, reason=" ", by=cast.analyst)


class TestTasks:
    """selectors.tasks"""

    def test_shows_open_ones_first_by_what_is_due(self, cast: Cast) -> None:
        record, now = a_record(cast), clock.now()
        with acting_as(cast.analyst):
            add_task(record, title="Sometime", by=cast.analyst)
            add_task(record, title="Later", due_at=now + timedelta(hours=2), by=cast.analyst)
            add_task(record, title="Soon", due_at=now + timedelta(hours=1), by=cast.analyst)
            done = add_task(record, title="Done", due_at=now, by=cast.analyst)
            finish_task(record, done.id, by=cast.analyst)
            assert [task.title for task in tasks(record.id)] == ["Soon", "Later", "Sometime", "Done"]
