# SPDX-License-Identifier: Apache-2.0
"""What any package may know of a record without knowing its kind."""

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from longwatch.access.roles import Permission
from longwatch.access.selectors import section_inside
from longwatch.core.canonical import canonical
from longwatch.core.errors import Conflict
from longwatch.ledger.writing import row_content
from longwatch.records.models import Record, RecordKind
from longwatch.web.live import announce

WORK_PERMISSION = {
    RecordKind.INCIDENT: Permission.INCIDENT_WORK,
    RecordKind.CASE: Permission.CASE_WORK,
    RecordKind.SIGNAL: Permission.SIGNAL_TRIAGE,
}


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record (or a signal) as others refer to it."""

    kind: RecordKind
    id: UUID
    org_id: UUID
    compartment_id: UUID
    reference: str
    title: str
    closed: bool
    snapshot_sha256: str = ""
    # Where its row is, to ask under lock whether it was closed since; None when the caller holds that lock.
    rows: type[Record] | None = None
    # How sentences name it, where its reference is no word for people.
    called: str = ""

    @property
    def work_permission(self) -> Permission:
        """What one needs to add to it."""
        return WORK_PERMISSION[self.kind]

    def refuse_when_closed(self, what: str) -> None:
        """Refuse (409) with what is safe and what to do, when the record is closed; whoever closes it then waits."""
        if self.closed or self._closed_since():
            sentence = f"{what} was not saved because {self.called or self.reference} is closed. Reopen it first."
            raise Conflict(sentence, code="record_closed")

    def hold(self) -> None:
        """Keep others from changing the record until this transaction ends; before anything that hangs on it."""
        self._closed_since()

    def _closed_since(self) -> bool:
        if self.rows is None:
            return False
        row = self.rows._default_manager.select_for_update().filter(id=self.id)
        return row.values_list("closed_at", flat=True).first() is not None


def placed(record: RecordRef, section_id: UUID | None) -> RecordRef:
    """The record, for writing into one of its sections; refuses (404) one that is not its own or not the actor's.

    Without a section it is the record's core.
    """
    if section_id is None or section_id == record.compartment_id:
        return record
    return replace(record, compartment_id=section_inside(record.id, section_id).id)


def within(record: RecordRef, compartment_id: UUID) -> RecordRef:
    """The record, for whatever hangs on something that is in this compartment already."""
    return replace(record, compartment_id=compartment_id)


def announce_record(record: RecordRef) -> None:
    """Tell the open pages of a record, when this transaction commits, that something in it changed."""
    announce(f"record:{record.id}", record.compartment_id)


def ref_of(record: Record, kind: RecordKind) -> RecordRef:
    """The reference to an incident or a case, with the hash of its content as it stands."""
    digest = hashlib.sha256(canonical(row_content(record))).hexdigest()
    return RecordRef(
        kind, record.id, record.org_id, record.compartment_id, record.reference, record.title,
        record.closed_at is not None, digest, type(record),
    )  # fmt: skip
