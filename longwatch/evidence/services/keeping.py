# SPDX-License-Identifier: Apache-2.0
"""Bytes into the store, sealed with the key of their record on the way; plain ones never touch the disk here."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from longwatch import ledger
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, TooLarge
from longwatch.evidence import keyring
from longwatch.evidence.content_type import HEAD_BYTES
from longwatch.evidence.events import KeyMade
from longwatch.evidence.models import EvidenceKey
from longwatch.evidence.sealing import Sealed, Sealer
from longwatch.evidence.store import drafts_of, store_of
from longwatch.records.reference import RecordRef


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A key of a record, open."""

    id: UUID
    secret: bytes


def key_of(record: RecordRef, *, by: Actor) -> RecordKey:
    """The key of a record's compartment, made when it has none yet."""
    found = EvidenceKey.objects.filter(
        record_id=record.id, compartment_id=record.compartment_id, destroyed_at=None
    ).order_by("id")
    row = found.first()
    if row is not None:
        return RecordKey(row.id, opened(row))
    row, secret = new_key(record)
    ledger.record_created(key_made(row), by=by, row=row)
    return RecordKey(row.id, secret)


def new_key(record: RecordRef) -> tuple[EvidenceKey, bytes]:
    """A new key for a record, not yet kept."""
    row = EvidenceKey(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id
    )
    secret, master = keyring.new_record_key(), keyring.master_key()
    row.wrapped, row.master = keyring.wrap(master, row.id, secret), keyring.name_of(master)
    return row, secret


def key_made(row: EvidenceKey) -> KeyMade:
    """The event of a new key, which no timeline tells."""
    return KeyMade(subject_id=row.id, record_id=None, compartment_id=row.compartment_id)


def opened(row: EvidenceKey) -> bytes:
    """The secret of a kept key; refuses (410) one that was destroyed."""
    if row.destroyed_at is not None:
        raise keyring.Locked("This evidence was disposed of: its key was destroyed, and nobody can read it any more.")
    return keyring.open_key(row.id, bytes(row.wrapped), row.master)


def keep_sealed(org_id: UUID, key: RecordKey, chunks: Iterable[bytes], limit: int) -> Sealed:
    """Seal the chunks and keep them durably.

    Refuses more than `limit` bytes (413) and nothing at all (422); then no file stays behind.
    """
    draft = drafts_of(org_id) / secrets.token_hex(16)
    try:
        sealed = _seal(draft, key, chunks, limit)
        store_of(org_id).place(draft, sealed.sealed_sha256)
    finally:
        draft.unlink(missing_ok=True)
    return sealed


def _seal(draft: Path, key: RecordKey, chunks: Iterable[bytes], limit: int) -> Sealed:
    head = b""
    with new_file(draft) as file:
        sealer = Sealer.begin(file, key.secret, key.id)
        for chunk in chunks:
            refuse_size(sealer.size + len(chunk), limit)
            head += chunk[: HEAD_BYTES - len(head)]
            sealer.write(chunk)
        refuse_empty(sealer.size)
        size = sealer.size
        sha256, sealed_sha256 = sealer.finish()
        return Sealed(sha256, size, sealed_sha256, file.tell(), head)


def new_file(path: Path) -> BinaryIO:
    """A file that was not there before and that nobody else can read."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b")


def refuse_size(size: int, limit: int) -> None:
    """Refuse (413) more bytes than a file may have."""
    if size > limit:
        raise TooLarge(f"The file was not kept: it is larger than the {limit // 1_000_000} MB that are allowed.")


def refuse_empty(size: int) -> None:
    """Refuse (422) a file of no bytes."""
    if size == 0:
        raise Invalid("The file is empty.", fields={"file": "Choose a file that holds something."})
