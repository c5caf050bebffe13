# SPDX-License-Identifier: Apache-2.0
"""An exhibit that should not count any more: withdrawn with a reason, never deleted."""

from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.evidence.events import ExhibitWithdrawn
from longwatch.evidence.models import Exhibit
from longwatch.records.reference import RecordRef

LONGEST_REASON = 500


@transaction.atomic
def withdraw_exhibit(
    record: RecordRef, exhibit_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> Exhibit:
    """Withdraw an exhibit for a reason; it stays in the history and can still be downloaded."""
    row = Exhibit.objects.select_for_update().filter(id=exhibit_id, record_id=record.id).first()
    if row is None:
        raise NotFound
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    refuse_stale(row.version, expected_version)
    record.refuse_when_closed("The withdrawal")
    _refuse(row, reason)
    row.withdrawn_at, row.withdrawn_label, row.withdrawal_reason = clock.now(), by.label, reason.strip()
    row.withdrawn_by_id = by.id if by.kind == ActorKind.ACCOUNT else None
    event = ExhibitWithdrawn(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        mark=row.mark, file_name=row.name, sha256=row.sha256, reason=row.withdrawal_reason,
    )  # fmt: skip
    fields = ["withdrawn_at", "withdrawn_by", "withdrawn_label", "withdrawal_reason"]
    return ledger.record(event, by=by, row=row, fields=fields)


def _refuse(row: Exhibit, reason: str) -> None:
    if row.withdrawn_at is not None:
        raise Conflict("This exhibit was withdrawn already.", code="already_withdrawn")
    if not reason.strip():
        raise Invalid("Say why the exhibit is withdrawn.", fields={"reason": "Write a short reason."})
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid("The reason is too long.", fields={"reason": f"Use at most {LONGEST_REASON} characters."})
