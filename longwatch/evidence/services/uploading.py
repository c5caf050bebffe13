# SPDX-License-Identifier: Apache-2.0
"""Files that arrive in pieces, sealed as they come: what was kept is known after any interruption, also our own."""

import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from longwatch.access.context import acting_as
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, LongwatchError, NotFound, TooLarge, TooMany
from longwatch.evidence.content_type import HEAD_BYTES
from longwatch.evidence.models import EvidenceKey, ResumableUpload
from longwatch.evidence.names import clean_name
from longwatch.evidence.sealing import (
    CHUNK_BYTES,
    HEADER,
    SEALED_CHUNK,
    TAIL,
    Digests,
    Sealed,
    Sealer,
    cipher_of,
    open_chunk,
    read_header,
    seal_chunk,
)
from longwatch.evidence.services.keeping import key_of, new_file, opened, refuse_empty, refuse_size
from longwatch.evidence.services.receiving import LONGEST_NOTE, add_sealed
from longwatch.evidence.store import drafts_of, store_of
from longwatch.records.reference import RecordRef

if TYPE_CHECKING:
    from hashlib import _Hash

LASTS = timedelta(hours=24)
# A writer that died holds its upload for at most this long.
LEASE = timedelta(seconds=60)
# What is kept for good so often can be resumed from after the worst.
KEEP_EVERY = 32 * 1024 * 1024
KEEP_SECONDS = 10
MOST_OPEN = 50
MOST_REMEMBERED = 256
ALGORITHMS: dict[str, Callable[[], "_Hash"]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


class InUse(LongwatchError):
    """Somebody else writes to this upload at this moment."""

    status = 423
    default_code = "upload_in_use"

    def __init__(self) -> None:
        super().__init__("Another request is sending this file at this moment. Try again in a minute.")


class ChecksumWrong(LongwatchError):
    """What arrived is not what was sent (tus: 460)."""

    status = 460
    default_code = "checksum_wrong"

    def __init__(self) -> None:
        super().__init__("This piece arrived damaged and was not kept. Send it again.")


class Gone(LongwatchError):
    """An upload whose time is over, or whose pieces are lost."""

    status = 410
    default_code = "upload_gone"

    def __init__(self) -> None:
        super().__init__("This upload is over: its pieces are gone. Begin again.")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece should hash to."""

    algorithm: str
    digest: bytes


@transaction.atomic
def begin_upload(record: RecordRef, *, length: int, name: str, note: str = "", by: Actor) -> ResumableUpload:
    """A place for the pieces of one file; refuses (413) a larger one than LONGWATCH_MAX_RESUMABLE_MB."""
    _refuse(record, by)
    refuse_size(length, settings.MAX_RESUMABLE_BYTES)
    refuse_empty(length)
    if ResumableUpload.objects.filter(created_by_id=by.id, exhibit_id=None).count() >= MOST_OPEN:
        raise TooMany(f"You have {MOST_OPEN} unfinished uploads. Finish or cancel some first.")
    key = key_of(record, by=by)
    row = ResumableUpload.objects.create(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        key_id=key.id, name=clean_name(name), note=note.strip()[:LONGEST_NOTE], length=length, created_by_id=by.id,
        expires_at=clock.now() + LASTS,
    )  # fmt: skip
    with new_file(draft_of(row)) as file:
        _remember(row.id, 0, Sealer.begin(file, key.secret, key.id).digests)
    return row


def upload(upload_id: UUID) -> ResumableUpload:
    """One's own upload; refuses (404) another's, and (410) one whose time is over."""
    row = ResumableUpload.objects.filter(id=upload_id).first()
    if row is None:
        raise NotFound
    if row.expires_at < clock.now():
        raise Gone
    return row


@transaction.atomic
def terminate(upload_id: UUID) -> None:
    """Forget an upload and its pieces; refuses (423) while somebody writes to it. A finished one stays an exhibit."""
    row = _locked(upload_id)
    _refuse_in_use(row)
    draft_of(row).unlink(missing_ok=True)
    row.delete()


@dataclass(frozen=True, slots=True)
class Permit:
    """That one request may write to an upload, from where it stands."""

    record: RecordRef
    row: ResumableUpload
    checksum: Checksum | None
    by: Actor


@transaction.atomic
def admit(
    record_of: Callable[[ResumableUpload], RecordRef], upload_id: UUID, *, offset: int,
    checksum: Checksum | None = None, by: Actor,
) -> Permit:  # fmt: skip
    """Let one request write, from the offset that we have; refuses (409) another, (423) while somebody writes."""
    row = _locked(upload_id)
    record = record_of(row)
    _refuse(record, by)
    _refuse_in_use(row)
    if row.exhibit_id is not None:
        raise Conflict("This file has arrived already.", code="upload_finished")
    if offset != row.received:
        raise Conflict(f"This file is known up to byte {row.received}. Go on from there.", code="offset_wrong")
    row.lease, row.leased_until = uuid4(), clock.now() + LEASE
    row.save(update_fields=["lease", "leased_until"])
    return Permit(record, row, checksum, by)


def draft_of(row: ResumableUpload) -> Path:
    """Where the pieces of an upload lie, sealed."""
    return drafts_of(row.org_id) / row.id.hex


class Writer:
    """Takes the bytes of one request. Use it as a context: what arrived before a failure is kept."""

    def __init__(self, permit: Permit) -> None:
        self.row, self._permit = permit.row, permit
        self._check = ALGORITHMS[permit.checksum.algorithm]() if permit.checksum else None
        self._file, self._sealer = _resumed(permit)
        self._kept, self._kept_at = self.row.received, clock.now()

    def __enter__(self) -> "Writer":
        """Nothing more to do."""
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Keep what arrived, when it may be kept, and let others write."""
        try:
            if self.row.exhibit_id is None and kind is not None and not self._check:
                self._keep(release=True)
            elif self.row.lease is not None:
                self._release()
        finally:
            self._file.close()

    def write(self, data: bytes) -> None:
        """Take more bytes; refuses (413) more than the file has."""
        if self._sealer.size + len(data) > self.row.length:
            raise TooLarge("More bytes arrived than the file was said to have.")
        self._hold()
        self._sealer.write(data)
        # Nothing may wait in memory that a writer who has lost the upload would write at its end.
        self._file.flush()
        if self._check:
            self._check.update(data)
        elif self._is_time():
            self._keep()

    def end(self) -> ResumableUpload:
        """The request is over: keep all of it, and make the exhibit when that was the last byte."""
        if self._check and self._permit.checksum:
            if not hmac.compare_digest(self._check.digest(), self._permit.checksum.digest):
                raise ChecksumWrong
            self._check = None
        if self._sealer.size == self.row.length:
            self._finish()
        else:
            self._keep(release=True)
        return self.row

    def _hold(self) -> None:
        """Renew the lease in time; whoever came too late (423) writes nothing into what somebody else writes now."""
        now = clock.now()
        if self.row.leased_until is not None and now > self.row.leased_until - LEASE / 2:
            self._save(leased_until=now + LEASE)

    def _is_time(self) -> bool:
        overdue = (clock.now() - self._kept_at).total_seconds() > KEEP_SECONDS
        return overdue or self._sealer.size - self._kept >= KEEP_EVERY

    def _keep(self, *, release: bool = False) -> None:
        """Bytes first, then how many: never the other way round."""
        self._file.flush()
        os.fdatasync(self._file.fileno())
        size, now = self._sealer.size, clock.now()
        self._save(
            received=size, tail=seal_chunk(self._sealer.cipher, TAIL, self._sealer.tail), expires_at=now + LASTS,
            lease=None if release else self.row.lease, leased_until=None if release else now + LEASE,
        )  # fmt: skip
        _remember(self.row.id, size, self._sealer.digests)
        self._kept, self._kept_at = size, now

    def _release(self) -> None:
        self._save(lease=None, leased_until=None)

    def _save(self, **values: Any) -> None:
        with acting_as(self._permit.by):
            mine = ResumableUpload.objects.filter(id=self.row.id, lease=self.row.lease)
            if not mine.update(**values):
                raise InUse
        for name, value in values.items():
            setattr(self.row, name, value)

    def _finish(self) -> None:
        """The record must still take it; then the bytes find their place, then the exhibit is there, all at once."""
        by, record = self._permit.by, self._permit.record
        with acting_as(by):
            _refuse(record, by)
        head = self._head()
        sha256, sealed_sha256 = self._sealer.finish()
        self._file.flush()
        sealed = Sealed(sha256, self.row.length, sealed_sha256, self._file.tell(), head)
        store_of(self.row.org_id).place(draft_of(self.row), sealed_sha256)
        with acting_as(by):
            _refuse(record, by)
            made = add_sealed(record, self.row.key_id, sealed, name=self.row.name, note=self.row.note, by=by)
            self._save(received=self.row.length, tail=b"", lease=None, leased_until=None, exhibit_id=made.id)

    def _head(self) -> bytes:
        if not self._sealer.chunks:
            return self._sealer.tail[:HEAD_BYTES]
        self._file.flush()
        first = os.pread(self._file.fileno(), SEALED_CHUNK, HEADER.size)
        return open_chunk(self._sealer.cipher, 0, first)[:HEAD_BYTES]


def _refuse(record: RecordRef, by: Actor) -> None:
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    record.refuse_when_closed("The file")


def _locked(upload_id: UUID) -> ResumableUpload:
    upload(upload_id)
    row = ResumableUpload.objects.select_for_update().filter(id=upload_id).first()
    if row is None:
        raise NotFound
    return row


def _refuse_in_use(row: ResumableUpload) -> None:
    if row.lease is not None and row.leased_until is not None and row.leased_until > clock.now():
        raise InUse


def _resumed(permit: Permit) -> tuple[BinaryIO, Sealer]:
    """The file and its sealer as they were when the upload was last kept; whatever came after that is cut off."""
    row = permit.row
    chunks = max(0, (row.received - 1) // CHUNK_BYTES)
    with acting_as(permit.by):
        key = EvidenceKey.objects.filter(id=row.key_id).first()
    draft, whole = draft_of(row), HEADER.size + chunks * SEALED_CHUNK
    if key is None or not draft.is_file() or draft.stat().st_size < whole:
        raise Gone
    file = draft.open("r+b")
    cipher = cipher_of(opened(key), read_header(file.read(HEADER.size)))
    tail = open_chunk(cipher, TAIL, bytes(row.tail)) if row.received else b""
    digests = _remembered(row.id, row.received) or _hashed_again(file, cipher, chunks, tail)
    file.truncate(whole)
    file.seek(0, os.SEEK_END)
    return file, Sealer(file, cipher, chunks=chunks, tail=tail, digests=digests)


def _hashed_again(file: BinaryIO, cipher: AESGCM, chunks: int, tail: bytes) -> Digests:
    """The running hashes after a restart, from what lies there."""
    digests = Digests.new()
    file.seek(0)
    digests.sealed.update(file.read(HEADER.size))
    for number in range(chunks):
        sealed = file.read(SEALED_CHUNK)
        digests.sealed.update(sealed)
        digests.plain.update(open_chunk(cipher, number, sealed))
    digests.plain.update(tail)
    return digests


@dataclass(slots=True)
class _Memory:
    """The running hashes of uploads that this process received lately; only a shortcut."""

    kept: "OrderedDict[UUID, tuple[int, Digests]]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


_memory = _Memory()


def _remember(upload_id: UUID, received: int, digests: Digests) -> None:
    with _memory.lock:
        _memory.kept[upload_id] = (received, digests.copy())
        _memory.kept.move_to_end(upload_id)
        while len(_memory.kept) > MOST_REMEMBERED:
            _memory.kept.popitem(last=False)


def _remembered(upload_id: UUID, received: int) -> Digests | None:
    with _memory.lock:
        at, digests = _memory.kept.get(upload_id, (-1, None))
        return digests.copy() if digests is not None and at == received else None
