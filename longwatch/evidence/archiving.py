# SPDX-License-Identifier: Apache-2.0
"""Dangerous files on their way out: in an archive that no mail filter opens and no double click runs."""

import io
from collections.abc import Iterable, Iterator

import pyzipper

from longwatch.core import clock


class _Outlet(io.RawIOBase):
    """Where the archive is written to: taken away piece by piece, so that it never lies in memory as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Keep a piece until it is taken."""
        self.pieces.append(bytes(piece))
        return len(self.pieces[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self.pieces)
        self.pieces.clear()
        return whole


def encrypted_zip(name: str, content: Iterable[bytes], password: str) -> Iterator[bytes]:
    """A zip of one file, encrypted with AES-256 (WinZip's way), piece by piece."""
    outlet = _Outlet()
    with pyzipper.AESZipFile(outlet, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        entry = archive.zipinfo_cls(filename=name, date_time=clock.now().timetuple()[:6])
        with archive.open(entry, "w", force_zip64=True) as file:
            for piece in content:
                file.write(piece)
                if ready := outlet.taken():
                    yield ready
        yield outlet.taken()
    yield outlet.taken()
