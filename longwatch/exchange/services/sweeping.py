# SPDX-License-Identifier: Apache-2.0
"""Files of bundles do not stay: who needs one again makes one again."""

import time
from pathlib import Path

from longwatch.exchange.services.building import KEPT, directory

# A job that is still writing touches its file all the time.
PART_SECONDS = 6 * 60 * 60


def sweep() -> int:
    """Remove the files whose time is over, and what broken off jobs left; returns how many."""
    now = time.time()
    old = [path for path in directory().iterdir() if now - path.stat().st_mtime > _allowed(path)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _allowed(path: Path) -> float:
    return KEPT.total_seconds() if path.suffix == ".zip" else PART_SECONDS
