# SPDX-License-Identifier: Apache-2.0
"""The backup file: one tar with a manifest, a database dump, the evidence and the keys kept in files."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from longwatch.core.errors import Invalid

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a member
EVIDENCE = "evidence"
KEYS = "keys"
SECRETS = (SECRET_KEY, KEYS)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup is of, so that a restore can refuse what does not fit."""

    format: int
    longwatch: str
    postgresql: int
    made_at: str
    dump_sha256: str
    keys: bool = True


def write(file: Path, manifest: Manifest, dump: Path, data: Path) -> None:
    """Write the backup, readable by its owner only; a half-written one never has the final name."""
    draft = file.with_name(f".{file.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=2))
        tar.add(dump, DUMP)
        for name in (*SECRETS, EVIDENCE) if manifest.keys else (EVIDENCE,):
            if (data / name).exists():
                tar.add(data / name, name)
        stream.flush()
        os.fsync(handle)
    draft.replace(file)


def read_manifest(tar: tarfile.TarFile) -> Manifest:
    """Return what the backup says about itself; refuses files that are no backup of ours, or a newer kind."""
    try:
        member = tar.extractfile(MANIFEST)
        manifest = Manifest(**json.load(member)) if member else None
    except (KeyError, TypeError, ValueError):
        manifest = None
    if manifest is None:
        raise Invalid("This file is not a Longwatch backup.")
    if manifest.format > FORMAT:
        raise Invalid("This backup was made by a later Longwatch: install that version first.")
    return manifest


def extract(tar: tarfile.TarFile, wanted: Iterable[str], target: Path) -> None:
    """Unpack the named members and what is below them; refuses links and paths that lead elsewhere."""
    names = tuple(wanted)
    members = [member for member in tar.getmembers() if member.name.partition("/")[0] in names]
    try:
        tar.extractall(target, members, filter="data")
    except tarfile.FilterError as error:
        raise Invalid(f"This backup holds a path that leads elsewhere: {error}") from None


def sha256(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))
