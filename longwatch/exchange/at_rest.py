# SPDX-License-Identifier: Apache-2.0
"""How bundles lie on disk until somebody downloads them: sealed like evidence, each by a key of its own.

The key follows from the export key, which is kept outside the database, and from the identifier of the bundle.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from longwatch.core.keys import EXPORT, load_key
from longwatch.evidence.sealing import Sealer, Writable
from longwatch.evidence.store.files import FileSource
from longwatch.evidence.unsealing import Damaged, Unsealed

PURPOSE = b"longwatch bundles at rest v1"


class SealedBundle(io.RawIOBase):
    """A stream into which a bundle is written once, from beginning to end."""

    def __init__(self, out: Writable, export_id: UUID) -> None:
        super().__init__()
        self._sealer = Sealer.begin(out, _key(export_id), export_id)
        # How many bytes of the bundle were written so far.
        self.size = 0
        self._digest = hashlib.sha256()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Take all of it."""
        self._sealer.write(bytes(data))
        self.size += len(data)
        self._digest.update(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """The hash of the file as whoever downloads it has it."""
        return self._digest.hexdigest()

    def finish(self) -> None:
        """Write what is held back; nothing can be added any more."""
        self._sealer.finish()


@contextmanager
def unsealed(file: Path, export_id: UUID) -> Iterator[Unsealed]:
    """The bundle in a file; refuses (500) one of another bundle, and one that was changed."""

    def key_of(named: UUID) -> bytes:
        if named != export_id:
            raise Damaged
        return _key(export_id)

    with Unsealed(FileSource(file), key_of) as content:
        yield content


def _key(export_id: UUID) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=export_id.bytes, info=PURPOSE).derive(load_key(EXPORT))
