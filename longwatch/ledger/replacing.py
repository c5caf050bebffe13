# SPDX-License-Identifier: Apache-2.0
"""Replacing the key in a file, so that an end between publishing the new key and replacing the old leaves both."""

from pathlib import Path

from longwatch.core.keys import read_key, write_key


def lay_ready(file: Path, seed: bytes) -> None:
    """Keep the new key beside the old one; one that was laid ready before and never published is forgotten."""
    _ready(file).unlink(missing_ok=True)
    write_key(_ready(file), seed)


def laid_ready(file: Path) -> bytes | None:
    """The key that was laid ready."""
    return read_key(_ready(file)) if _ready(file).exists() else None


def replace(file: Path, seed: bytes) -> None:
    """Put the key that was laid ready in the place of the old one, which is gone then."""
    if laid_ready(file) == seed:
        _ready(file).replace(file)


def _ready(file: Path) -> Path:
    return file.with_name(f"{file.name}.next")
