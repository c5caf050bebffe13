# SPDX-License-Identifier: Apache-2.0
"""Files become exhibits: the bytes first, then the row, so that a row without its bytes cannot exist."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.canonical import plain
from longwatch.core.errors import Invalid
from longwatch.evidence.content_type import content_type_of
from longwatch.evidence.events import ExhibitReceived
from longwatch.evidence.models import Exhibit
from longwatch.evidence.names import clean_name
from longwatch.evidence.store import Blob, BlobStore, refuse_size
from longwatch.ledger.writing import row_content
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
    row = _exhibit(record, kept(record, upload), name or upload.name or "", note, by)
    row.number = _next_number(record)
    return ledger.record_created(_received(row), by=by, row=row)


@transaction.atomic
def add_public_attachment(record: RecordRef, upload: Upload, *, name: str = "", by: Actor) -> Exhibit:
    """Keep a file that came with a public report, in the transaction that received the signal.

    Nobody is signed in, so a function of the database adds the row and refuses anything but attachments of signals.
    """
    row = _exhibit(record, kept(record, upload), name or upload.name or "", "", by)
    row.number = _next_number(record)
    row.version = ledger.append(_received(row), by=by, row=row)
    content = {**row_content(row), "version": row.version}
    columns = {field.column: content[field.attname] for field in row._meta.concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute("select evidence_receive_public(%s)", [json.dumps(plain(columns))])
    return row


def kept(record: RecordRef, upload: Upload) -> Blob:
    """The bytes of an upload, in the store of the record's organisation."""
    limit = settings.MAX_UPLOAD_BYTES
    refuse_size(upload.size or 0, limit)
    return BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), record.org_id).keep(upload.chunks(), limit)


def _exhibit(record: RecordRef, blob: Blob, name: str, note: str, by: Actor) -> Exhibit:
    return Exhibit(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        name=clean_name(name), content_type=content_type_of(blob.head), size=blob.size, sha256=blob.sha256,
        note=note.strip()[:LONGEST_NOTE], received_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
        received_label=by.label,
    )  # fmt: skip


def _next_number(record: RecordRef) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select evidence_next_number(%s)", [record.id])
        return int(cursor.fetchone()[0])


def _received(row: Exhibit) -> ExhibitReceived:
    return ExhibitReceived(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        file_name=row.name, sha256=row.sha256, size=row.size, content_type=row.content_type,
    )  # fmt: skip
