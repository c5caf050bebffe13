# SPDX-License-Identifier: Apache-2.0
"""What the signer remembers outside the database: the last note it signed, so that it never contradicts itself."""

import os
import secrets
from pathlib import Path

from longwatch.core.environment import Environment

FOLDER = "ledger"
NAME = "last-signed"


def memory_file(environment: Environment) -> Path:
    """Where the last note is kept."""
    return environment.data / FOLDER / NAME


def remembered(file: Path) -> str | None:
    """The last note that was signed; None when nothing is remembered."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def remember(file: Path, note: str) -> None:
    """Keep a note before anybody else sees it, whole and on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with draft.open("x", encoding="utf-8") as stream:
        stream.write(note)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
