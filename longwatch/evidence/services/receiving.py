# SPDX-License-Identifier: Apache-2.0
"""Files become exhibits: the bytes first, then the row, so that a row without its bytes cannot exist."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Invalid, NotFound
from longwatch.evidence.content_type import content_type_of
from longwatch.evidence.events import ExhibitReceived
from longwatch.evidence.models import Exhibit
from longwatch.evidence.names import clean_name
from longwatch.evidence.store import Blob, BlobStore, refuse_size
from longwatch.ledger.writing import INSERT, entry_values
from longwatch.records.reference import RecordRef

LONGEST_NOTE = 500
NEXT_NUMBER = "select evidence_next_number(%s)"


class Upload(Protocol):
    """A file on its way in: Django's uploaded files are, and so is any other that streams."""

    name: str | None
    size: int | None

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
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [record.id])
        row.number = cursor.fetchone()[0]
    return ledger.record_created(_received(row), by=by, row=row)


def add_public_attachment(
    record: RecordRef, upload: Upload, *, name: str = "", by: Actor, through: "psycopg.Connection[Any]"
) -> Exhibit:
    """Keep a file that came with a public report, in the transaction of the intake role that stores the signal.

    `through` is that role's connection: nobody is signed in, and the role may add but not read.
    """
    row = _exhibit(record, kept(record, upload), name or upload.name or "", "", by)
    number = through.execute(NEXT_NUMBER, [record.id]).fetchone()
    if number is None:
        raise NotFound
    row.number = number[0]
    entry = through.execute(INSERT.encode(), entry_values(_received(row), by=by, row=row)).fetchone()
    row.version = entry[0] if entry else 0
    _insert(row, through)
    return row


def kept(record: RecordRef, upload: Upload) -> Blob:
    """The bytes of an upload, in the store of the record's organisation."""
    limit = settings.MAX_UPLOAD_BYTES
    refuse_size(upload.size or 0, limit)
    return BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), record.org_id).keep(upload.chunks(), limit)


def _insert(row: Exhibit, through: "psycopg.Connection[Any]") -> None:
    values = {field.column: field.get_prep_value(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    places = sql.SQL(", ").join(sql.Placeholder() * len(values))
    through.execute(
        sql.SQL("insert into evidence_exhibit ({}) values ({})").format(columns, places), [*values.values()]
    )


def _exhibit(record: RecordRef, blob: Blob, name: str, note: str, by: Actor) -> Exhibit:
    return Exhibit(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        name=clean_name(name), content_type=content_type_of(blob.head), size=blob.size, sha256=blob.sha256,
        note=note.strip()[:LONGEST_NOTE], received_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
        received_label=by.label,
    )  # fmt: skip


def _received(row: Exhibit) -> ExhibitReceived:
    return ExhibitReceived(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        file_name=row.name, sha256=row.sha256, size=row.size, content_type=row.content_type,
    )  # fmt: skip
