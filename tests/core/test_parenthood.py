# SPDX-License-Identifier: Apache-2.0
"""Children that end with their parent."""

import os
import signal
import subprocess
import sys
import time

import pytest

from longwatch.core.parenthood import end_with_parent

PARENT = """
import signal, subprocess, sys, time
from longwatch.core.parenthood import end_with_parent
child = subprocess.Popen(["sleep", "60"], preexec_fn=end_with_parent(signal.SIGKILL))
print(child.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Whoever takes in orphans may not have asked for its end yet.
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


class TestEndWithParent:
    """end_with_parent"""

    def test_is_nothing_where_the_system_cannot(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        assert end_with_parent(signal.SIGTERM) is None

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux tells children")
    def test_ends_the_child_of_a_parent_that_was_killed(self) -> None:
        with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            assert is_running(child)
            parent.kill()
        until = time.monotonic() + 10
        while is_running(child) and time.monotonic() < until:
            os.sched_yield()
        assert not is_running(child)
