# SPDX-License-Identifier: Apache-2.0
"""Static files: gathered into the data directory, compressed and named by content, once for each version."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from longwatch.core.environment import Environment

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = ("allauth", "django_htmx", "ninja")


def is_collected(environment: Environment) -> bool:
    """Tell whether the gathered files are those of this version."""
    try:
        return _mark(environment).read_text() == state()
    except OSError:
        return False


def mark_collected(environment: Environment) -> None:
    """Remember that the gathered files are those of this version."""
    _mark(environment).write_text(state())


def state() -> str:
    """A hash over names, sizes and times of all static files; reads none of them."""
    digest = hashlib.sha256()
    for folder in _folders():
        for file in sorted(folder.rglob("*")):
            found = file.stat()
            digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _mark(environment: Environment) -> Path:
    return environment.data / "static" / ".collected"


def _folders() -> list[Path]:
    specs = [find_spec(name) for name in LIBRARIES]
    places = [Path(place) for spec in specs if spec for place in spec.submodule_search_locations or []]
    return [*PACKAGE.glob("*/static"), *(place / "static" for place in places if (place / "static").is_dir())]
