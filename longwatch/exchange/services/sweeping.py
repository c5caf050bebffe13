# SPDX-License-Identifier: Apache-2.0
"""Files of bundles do not stay: who needs one again makes one again."""

import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from longwatch.exchange.services.building import directory

# A job that is still writing touches its file all the time.
PART_SECONDS = 6 * 60 * 60


def sweep() -> int:
    """Remove the files whose time is over, and what broken off jobs left; returns how many."""
    now = time.time()
    old = [path for path in directory().iterdir() if now > _until(path)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def remove(exports: Iterable[UUID]) -> int:
    """Remove the files of bundles whose content was let go; returns how many there were."""
    files = [path for each in exports if (path := directory() / f"{each.hex}.zip").exists()]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _until(path: Path) -> float:
    # A finished file is dated to the moment at which its time is over.
    return path.stat().st_mtime + (0 if path.suffix == ".zip" else PART_SECONDS)
