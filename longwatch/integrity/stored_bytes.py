# SPDX-License-Identifier: Apache-2.0
"""Whether the bytes of one exhibit are there and right; the one place that knows how evidence is kept."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from longwatch.core.errors import LongwatchError
from longwatch.evidence.plain_store import BlobStore
from longwatch.evidence.store import Check, check_sealed

GONE = "is gone from the evidence store"
CHANGED = "does not hold the bytes that were received: it was changed"
SEALED_CHANGED = "does not hold the bytes that were sealed: it was changed"


def state_of_bytes(exhibit: Mapping[str, Any]) -> str:
    """What is wrong with the bytes; empty when they are as they were kept, or when there are none to keep."""
    org_id, sealed, plain = UUID(exhibit["org_id"]), exhibit.get("sealed_sha256"), exhibit["sha256"]
    if not sealed and not plain:
        return ""  # A thing, not a file.
    try:
        if sealed:
            return {Check.INTACT: "", Check.MISSING: GONE, Check.CHANGED: SEALED_CHANGED}[check_sealed(org_id, sealed)]
        return _plain(BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), org_id).path(plain), plain)
    except (OSError, LongwatchError) as error:
        return f"cannot be read ({error})"


def _plain(file: Path, sha256: str) -> str:
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return GONE
    return "" if found == sha256 else CHANGED
