# SPDX-License-Identifier: Apache-2.0
"""Files become exhibits: the bytes first, then the row, so that a row without its bytes cannot exist."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.discretion import day_of, fresh_id, is_discreet, moment_of
from longwatch.core.errors import Invalid
from longwatch.evidence import keyring
from longwatch.evidence.content_type import content_type_of
from longwatch.evidence.events import ExhibitReceived
from longwatch.evidence.models import EvidenceKey, Exhibit
from longwatch.evidence.names import clean_name
from longwatch.evidence.sealing import Sealed
from longwatch.evidence.services.keeping import RecordKey, keep_sealed, key_made, key_of, new_key, refuse_size
from longwatch.evidence.store import store_of
from longwatch.evidence.store.files import FileStore
from longwatch.ledger.writing import columns_of
from longwatch.records.reference import RecordRef

LONGEST_NOTE = 500


class Upload(Protocol):
    """A file on its way in: Django's uploaded files are, and so is any other that streams."""

    @property
    def name(self) -> str | None:
        """What the sender calls it."""

    @property
    def size(self) -> int | None:
        """How many bytes, when that is known already."""

    def chunks(self) -> Iterable[bytes]:
        """The content, piece by piece."""


@transaction.atomic
def add_exhibit(record: RecordRef, upload: Upload | None, *, name: str = "", note: str = "", by: Actor) -> Exhibit:
    """Keep a file as the record's next exhibit.

    Refuses (413) a file larger than LONGWATCH_MAX_UPLOAD_MB, (422) an empty one, (409) a closed record.
    """
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    record.refuse_when_closed("The file")
    if upload is None:
        raise Invalid("There is no file.", fields={"file": "Choose a file."})
    key = key_of(record, by=by)
    return add_sealed(record, key.id, kept(record, key, upload), name=name or upload.name or "", note=note, by=by)


def add_sealed(
    record: RecordRef, key_id: UUID, sealed: Sealed, *, name: str, note: str, by: Actor,
    acquired: Mapping[str, Any] | None = None,
) -> Exhibit:  # fmt: skip
    """Sealed bytes that are in the store become the record's next exhibit; `acquired` says how they were come by."""
    row = _exhibit(record, key_id, sealed, name, note, by)
    vars(row).update(acquired or {})
    row.number = next_number(record)
    return ledger.record_created(received(row), by=by, row=row)


@transaction.atomic
def add_public_attachment(record: RecordRef, upload: Upload, *, name: str = "", by: Actor) -> Exhibit:
    """Keep a file that came with a public report, in the transaction that received the signal.

    Nobody is signed in, so a function of the database adds the row and refuses anything but attachments of signals.
    """
    key = _public_key(record, by)
    sealed = kept(record, key, upload)
    if is_discreet(by):
        _blur(record, sealed)
    row = _exhibit(record, key.id, sealed, name or upload.name or "", "", by)
    row.number = next_number(record)
    row.version = ledger.append(received(row), by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute("select evidence_receive_public(%s)", [json.dumps(columns_of(row))])
    return row


def kept(record: RecordRef, key: RecordKey, upload: Upload) -> Sealed:
    """The bytes of an upload, sealed, in the store of the record's organisation."""
    limit = settings.MAX_UPLOAD_BYTES
    refuse_size(upload.size or 0, limit)
    return keep_sealed(record.org_id, key, upload.chunks(), limit)


def _blur(record: RecordRef, sealed: Sealed) -> None:
    """A file of a reporter is dated to the end of the day: older, a sweep might take it for an orphan too soon."""
    store = store_of(record.org_id)
    if isinstance(store, FileStore):
        store.blur(sealed.sealed_sha256, (day_of(clock.now()) + timedelta(days=1)).timestamp())


def key_columns(row: EvidenceKey) -> dict[str, Any]:
    """A key as a function of the database takes it, with what the ledger leaves out."""
    return columns_of(row) | {"wrapped": bytes(row.wrapped).hex(), "master": row.master}


def _public_key(record: RecordRef, by: Actor) -> RecordKey:
    """A key of its own for what a reporter sends, who cannot read the keys that are there."""
    row, secret = new_key(record)
    row.id, row.created_at = fresh_id(by), moment_of(by)
    row.wrapped = keyring.wrap(keyring.master_key(), row.id, secret)
    row.version = ledger.append(key_made(row), by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute("select evidence_keep_public_key(%s)", [json.dumps(key_columns(row))])
    return RecordKey(row.id, secret)


def _exhibit(record: RecordRef, key_id: UUID, blob: Sealed, name: str, note: str, by: Actor) -> Exhibit:
    return Exhibit(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        name=clean_name(name), content_type=content_type_of(blob.head), size=blob.size, sha256=blob.sha256,
        key_id=key_id, sealed_sha256=blob.sealed_sha256, sealed_size=blob.sealed_size,
        note=note.strip()[:LONGEST_NOTE], received_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
        received_label=by.label, id=fresh_id(by), received_at=moment_of(by),
    )  # fmt: skip


def next_number(record: RecordRef) -> int:
    """The number of the next exhibit in this section of the record, for this transaction alone."""
    with connection.cursor() as cursor:
        cursor.execute("select evidence_next_number(%s, %s)", [record.id, record.compartment_id])
        return int(cursor.fetchone()[0])


def received(row: Exhibit) -> ExhibitReceived:
    """The event of a file's receipt."""
    return ExhibitReceived(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        mark=row.mark, file_name=row.name, sha256=row.sha256, size=row.size, content_type=row.content_type,
    )  # fmt: skip
