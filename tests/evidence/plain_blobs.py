# SPDX-License-Identifier: Apache-2.0
"""Files as older versions kept them."""

import hashlib

from longwatch.evidence.plain_store import BlobStore


def plain_blob(store: BlobStore, content: bytes) -> str:
    """Keep a content unsealed; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = store.path(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return sha256
