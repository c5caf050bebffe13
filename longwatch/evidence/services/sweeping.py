# SPDX-License-Identifier: Apache-2.0
"""Bytes that no exhibit needs: left by a transaction that did not commit, or by an upload that was cut off."""

import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from longwatch.evidence import selectors
from longwatch.evidence.plain_store import BlobStore
from longwatch.evidence.store import store_of

# Longer than any upload and any transaction could take.
PATIENCE_SECONDS = 24 * 60 * 60


def sweep(org_id: UUID, *, patience: float = PATIENCE_SECONDS) -> int:
    """Remove an organisation's blobs and drafts that nobody has needed for a day; returns how many."""
    return _sweep_sealed(org_id, patience) + _sweep_plain(org_id, patience)


def forget_uploads() -> int:
    """Forget the uploads whose time is over; their drafts go with the next sweep. Returns how many."""
    with connection.cursor() as cursor:
        # Without a condition of our own: the row policy lets go of what is over, and of nothing else.
        cursor.execute("delete from evidence_upload")
        return int(cursor.rowcount)


def _sweep_sealed(org_id: UUID, patience: float) -> int:
    store = store_of(org_id)
    old = [blob.sealed_sha256 for blob in store.blobs() if blob.age > patience]
    # Read after the store: whatever was committed until now is known to be needed.
    needed = selectors.blobs_in_use(org_id) if old else set()
    gone = [name for name in old if name not in needed and store.remove(name, older_than=patience)]
    return len(gone) + store.tidy(patience)


def _sweep_plain(org_id: UUID, patience: float) -> int:
    store = BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), org_id)
    old_blobs = [path for path in store.blobs() if _is_older(path, patience)]
    needed = selectors.blobs_in_use(org_id) if old_blobs else set()
    orphans = [path for path in old_blobs if path.name not in needed]
    return _remove(store, orphans, patience) + _remove(store, store.drafts(), patience)


def _remove(store: BlobStore, paths: Iterable[Path], patience: float) -> int:
    removed = 0
    for path in paths:
        with store.sweeping():
            if _is_older(path, patience):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _is_older(path: Path, seconds: float) -> bool:
    try:
        return time.time() - path.stat().st_mtime > seconds
    except FileNotFoundError:
        return False
