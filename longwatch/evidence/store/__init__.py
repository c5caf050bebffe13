# SPDX-License-Identifier: Apache-2.0
"""Where sealed evidence lies: files or S3, one place an organisation, each blob named by the SHA-256 of its bytes.

Whatever is in a store can be checked without any key: the name says what the bytes must hash to.
"""

from importlib import import_module
from pathlib import Path
from uuid import UUID

from django.conf import settings

from longwatch.evidence.store.blob import Blob, Check, Store, check_blob
from longwatch.evidence.store.files import FileStore

__all__ = ["Blob", "Check", "Store", "check_sealed", "drafts_of", "store_of"]


def store_of(org_id: UUID) -> Store:
    """The store of an organisation, as set by LONGWATCH_EVIDENCE_STORE."""
    address = str(settings.EVIDENCE_STORE)
    if address == "file":
        return FileStore(Path(settings.EVIDENCE_DIRECTORY) / org_id.hex / "sealed")
    return _s3_store(address, org_id)


def drafts_of(org_id: UUID) -> Path:
    """The folder of sealed files that are still being written, on this machine whatever the store."""
    folder = Path(settings.EVIDENCE_DIRECTORY) / org_id.hex / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def check_sealed(org_id: UUID, sealed_sha256: str) -> Check:
    """Whether a blob is there and still has the bytes that were sealed; needs no key."""
    return check_blob(store_of(org_id), sealed_sha256)


def _s3_store(address: str, org_id: UUID) -> Store:
    # Loaded when it is used: the client is large, and most installations keep files.
    store: Store = import_module("longwatch.evidence.store.s3").s3_store(address, org_id)
    return store
