# SPDX-License-Identifier: Apache-2.0
"""Files of older versions lie unsealed: one after the other is sealed, readable all the while."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from longwatch import ledger
from longwatch.core import actor
from longwatch.core.actor import Actor
from longwatch.evidence import selectors
from longwatch.evidence.events import ExhibitEncrypted
from longwatch.evidence.models import Exhibit
from longwatch.evidence.plain_store import BlobStore
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.sealing import Sealed
from longwatch.evidence.services.keeping import RecordKey, keep_sealed, key_made, new_key
from longwatch.evidence.services.receiving import key_columns
from longwatch.evidence.unsealing import pieces
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

PAGE = 100
FIRST = UUID(int=0)
log = logging.getLogger(__name__)


def seal_old(org_id: UUID) -> int:
    """Seal every unsealed file of an organisation, each in a transaction of its own; returns how many.

    A file whose bytes are missing or changed is left as it is, and named in the log.
    """
    by, done = actor.system(org_id), 0
    for row in _unsealed(org_id):
        with transaction.atomic():
            done += _seal(row, by)
        if done and done % PAGE == 0:
            log.info("Sealed %s files of an older version", done)
    return done


def _unsealed(org_id: UUID) -> Iterator[Exhibit]:
    beyond = FIRST
    statement = "select * from evidence_unsealed(%s, %s, %s)"
    while page := list(Exhibit.objects.raw(statement, [org_id, beyond, PAGE])):
        yield from page
        beyond = page[-1].id


def _seal(row: Exhibit, by: Actor) -> bool:
    record = RecordRef(RecordKind(row.record_kind), row.record_id, row.org_id, row.compartment_id, "", "", closed=False)
    key, secret = new_key(record)
    try:
        with open_exhibit(row) as content:
            sealed = keep_sealed(row.org_id, RecordKey(key.id, secret), pieces(content), row.size)
    except Exception:
        log.exception("Exhibit %s could not be sealed", row.id)
        return False
    if sealed.sha256 != row.sha256:
        log.error("Exhibit %s was not sealed: its bytes are not those that were received", row.id)
        return False
    key.version = ledger.append(key_made(key), by=by, row=key)
    version = _told(row, key.id, sealed, by)
    with connection.cursor() as cursor:
        parameters: list[Any] = [
            row.id,
            json.dumps(key_columns(key)),
            sealed.sealed_sha256,
            sealed.sealed_size,
            version,
        ]
        cursor.execute("select evidence_seal_exhibit(%s, %s, %s, %s, %s)", parameters)
    transaction.on_commit(lambda: _forget_plain(row))
    return True


def _told(row: Exhibit, key_id: UUID, sealed: Sealed, by: Actor) -> int:
    row.key_id, row.sealed_sha256, row.sealed_size = key_id, sealed.sealed_sha256, sealed.sealed_size
    event = ExhibitEncrypted(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        file_name=row.name, sha256=row.sha256,
    )  # fmt: skip
    return ledger.append(event, by=by, row=row)


def _forget_plain(row: Exhibit) -> None:
    """Remove the unsealed bytes, unless another exhibit still lies in the same file."""
    store = BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), row.org_id)
    with store.sweeping():
        if not selectors.is_needed_unsealed(row.org_id, row.sha256):
            store.path(row.sha256).unlink(missing_ok=True)
