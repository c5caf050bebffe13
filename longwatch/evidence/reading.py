# SPDX-License-Identifier: Apache-2.0
"""The content of an exhibit, opened. No custody event by itself: whoever hands it to somebody writes that."""

import io
from pathlib import Path
from typing import cast
from uuid import UUID

from django.conf import settings

from longwatch.core.errors import NotFound
from longwatch.evidence.keyring import Locked
from longwatch.evidence.models import EvidenceKey, Exhibit
from longwatch.evidence.plain_store import BlobStore
from longwatch.evidence.services.keeping import opened
from longwatch.evidence.store import store_of
from longwatch.evidence.unsealing import Damaged, Unsealed


def open_exhibit(row: Exhibit) -> io.RawIOBase:
    """The content of a file: readable, seekable, checked as it is read.

    Refuses (404) a thing, which has none; (410) a file whose key was destroyed; (500) one whose bytes are not there.
    """
    if row.is_physical:
        raise NotFound("This exhibit is a thing: there is no file to read.")
    try:
        if not row.sealed_sha256:
            plain = BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), row.org_id).path(row.sha256)
            return cast(io.RawIOBase, plain.open("rb", buffering=0))
        return Unsealed(store_of(row.org_id).open(row.sealed_sha256), _key)
    except FileNotFoundError:
        raise Damaged from None


def _key(key_id: UUID) -> bytes:
    row = EvidenceKey.objects.filter(id=key_id).first()
    if row is None:
        raise Locked("This evidence cannot be opened: its key is missing. Tell an administrator.")
    return opened(row)
