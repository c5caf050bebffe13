# SPDX-License-Identifier: Apache-2.0
"""Tasks of a record: added, given to somebody, done, waived, reopened."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.records.events import TaskAdded, TaskAssigned, TaskFinished, TaskReopened, TaskWaived
from longwatch.records.models import Task, TaskStatus
from longwatch.records.reference import RecordRef, announce_record, within

NOT_A_READER = "Choose somebody who may read this; anybody else would never see the task."


@transaction.atomic
def add_task(
    record: RecordRef, *, title: str, owner_id: UUID | None = None, due_at: datetime | None = None, by: Actor
) -> Task:
    """Add a task, with or without owner and due time."""
    access_selectors.hold_people(owner_id)
    require(by, record.work_permission)
    owner = _owner(owner_id, record.compartment_id, by)
    record.refuse_when_closed("The task")
    if not title.strip():
        raise Invalid("A task needs a title.", fields={"title": "Say what is to be done."})
    task = Task(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        title=title.strip()[:300], owner=owner, due_at=due_at,
        created_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
    )  # fmt: skip
    event = TaskAdded(
        subject_id=task.id, record_id=record.id, compartment_id=record.compartment_id,
        title=task.title, owner=owner.name if owner else None, due_at=due_at,
    )  # fmt: skip
    announce_record(record)
    return ledger.record_created(event, by=by, row=task)


@transaction.atomic
def assign_task(
    record: RecordRef,
    task_id: UUID,
    *,
    owner_id: UUID | None,
    due_at: datetime | None,
    by: Actor,
    expected_version: int | None = None,
) -> Task:
    """Give an open task to somebody, or change when it is due."""
    access_selectors.hold_people(owner_id)
    task = _load(record, task_id, by, expected_version)
    _refuse_unless(task, TaskStatus.OPEN)
    owner = _owner(owner_id, task.compartment_id, by)
    task.owner, task.due_at = owner, due_at
    event = TaskAssigned(
        subject_id=task.id, record_id=record.id, compartment_id=task.compartment_id,
        title=task.title, owner=owner.name if owner else None, due_at=due_at,
    )  # fmt: skip
    announce_record(within(record, task.compartment_id))
    return ledger.record(event, by=by, row=task, fields=["owner", "due_at"])


@transaction.atomic
def finish_task(
    record: RecordRef, task_id: UUID, *, resolution: str = "", by: Actor, expected_version: int | None = None
) -> Task:
    """Mark an open task as done."""
    task = _load(record, task_id, by, expected_version)
    _refuse_unless(task, TaskStatus.OPEN)
    task.status, task.resolution, task.finished_at = TaskStatus.DONE, resolution[:500], clock.now()
    event = TaskFinished(
        subject_id=task.id, record_id=record.id, compartment_id=task.compartment_id,
        title=task.title, resolution=task.resolution,
    )  # fmt: skip
    announce_record(within(record, task.compartment_id))
    return ledger.record(event, by=by, row=task, fields=["status", "resolution", "finished_at"])


@transaction.atomic
def waive_task(
    record: RecordRef, task_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> Task:
    """Decide that an open task will not be done; needs a reason."""
    task = _load(record, task_id, by, expected_version)
    _refuse_unless(task, TaskStatus.OPEN)
    if not reason.strip():
        raise Invalid("Say why the task is waived.", fields={"reason": "Write a short reason."})
    task.status, task.resolution, task.finished_at = TaskStatus.WAIVED, reason.strip()[:500], clock.now()
    event = TaskWaived(
        subject_id=task.id, record_id=record.id, compartment_id=task.compartment_id,
        title=task.title, reason=task.resolution,
    )  # fmt: skip
    announce_record(within(record, task.compartment_id))
    return ledger.record(event, by=by, row=task, fields=["status", "resolution", "finished_at"])


@transaction.atomic
def reopen_task(record: RecordRef, task_id: UUID, *, by: Actor, expected_version: int | None = None) -> Task:
    """Open a finished or waived task again; undoes both."""
    task = _load(record, task_id, by, expected_version)
    if task.status == TaskStatus.OPEN:
        return task
    task.status, task.resolution, task.finished_at = TaskStatus.OPEN, "", None
    event = TaskReopened(subject_id=task.id, record_id=record.id, compartment_id=task.compartment_id, title=task.title)
    announce_record(within(record, task.compartment_id))
    return ledger.record(event, by=by, row=task, fields=["status", "resolution", "finished_at"])


def _load(record: RecordRef, task_id: UUID, by: Actor, expected_version: int | None) -> Task:
    # The record before what hangs on it, as everywhere.
    record.hold()
    task = Task.objects.select_for_update().filter(id=task_id, record_id=record.id).first()
    if task is None:
        raise NotFound
    require(by, record.work_permission)
    refuse_stale(task.version, expected_version)
    record.refuse_when_closed("The task")
    return task


def _refuse_unless(task: Task, status: TaskStatus) -> None:
    if task.status != status:
        raise Conflict("Somebody already finished or waived this task.", code="task_not_open")


def possible_owners(*compartment_ids: UUID, by: Actor) -> QuerySet[Account]:
    """The people who can be given a task in one of the compartments: those who read what is in it; by name."""
    return access_selectors.readers(by, compartment_ids)


def _owner(owner_id: UUID | None, compartment_id: UUID, by: Actor) -> Account | None:
    """Whom the task is given to; one sentence for all who cannot see it, be they known to the actor or not there."""
    if owner_id is None:
        return None
    gone = access_selectors.left(by, owner_id)
    if gone is not None:
        raise Conflict(f"{gone.name} has left and cannot be given work.", code="account_disabled")
    owner = possible_owners(compartment_id, by=by).filter(id=owner_id).first()
    if owner is None:
        raise Invalid(NOT_A_READER, fields={"owner_id": NOT_A_READER}, code="owner_cannot_read")
    return owner
