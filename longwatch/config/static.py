# SPDX-License-Identifier: Apache-2.0
"""Static files: gathered into the data directory, compressed and named by content, once for each version."""

import fcntl
import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

from longwatch.config.supervision import command, run_once
from longwatch.core.environment import Environment

PACKAGE = Path(__file__).resolve().parent.parent
COLLECT = ("collectstatic", "--noinput", "--clear", "--verbosity=0")
LIBRARIES = ("allauth", "django_htmx", "ninja")


def gather(environment: Environment) -> None:
    """Gather the files unless those of this version are there; whoever asks at the same time waits.

    In a process of its own, which needs Django; the caller need not.
    """
    folder = environment.data / "static"
    folder.mkdir(parents=True, exist_ok=True)
    with (environment.data / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_collected(environment):
            print("Gathering static files", file=sys.stderr, flush=True)
            run_once(command("manage", *COLLECT), "The static files could not be gathered; see above.")
            mark_collected(environment)


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
