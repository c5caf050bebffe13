# SPDX-License-Identifier: Apache-2.0
"""Child processes that end when their parent is killed, so that nothing keeps running unseen."""

import ctypes
import signal
import sys
from collections.abc import Callable

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def end_with_parent(kind: signal.Signals) -> Callable[[], None] | None:
    """A function for the child to call before it starts: Linux then signals it when its parent dies.

    None where the system cannot do this; a next start then clears up.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(DIE_WITH_PARENT, int(kind), 0, 0, 0)

    return ask
