# SPDX-License-Identifier: Apache-2.0
"""Bytes that no exhibit needs: left by a transaction that did not commit, or by an upload that was cut off."""

import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from longwatch.evidence import selectors
from longwatch.evidence.store import BlobStore

# Longer than any upload and any transaction could take.
PATIENCE_SECONDS = 24 * 60 * 60


def sweep(org_id: UUID, *, patience: float = PATIENCE_SECONDS) -> int:
    """Remove an organisation's blobs and drafts that nobody has needed for a day; returns how many."""
    store = BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), org_id)
    old_blobs = [path for path in store.blobs() if _is_older(path, patience)]
    # Read after the directory: whatever was committed until now is known to be needed.
    needed = selectors.blobs_in_use(org_id) if old_blobs else set()
    orphans = [path for path in old_blobs if path.name not in needed]
    return _remove(store, orphans, patience) + _remove(store, store.drafts(), patience)


def _remove(store: BlobStore, paths: Iterable[Path], patience: float) -> int:
    removed = 0
    for path in paths:
        # Held against `keep`, which makes a blob young again when the same content arrives.
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
