# SPDX-License-Identifier: Apache-2.0
"""Runs that the worker makes."""

import sys

import pytest

from longwatch.integrity import runs
from longwatch.integrity.jobs import anchor, verify
from tests.integrity.conftest import World

SAYS = """
print('{"faults": ["Entry 7 was deleted."], "broken": 1, "size": 41, "summary": "41 entries: 1 fault."}'); exit(1)
"""


class TestRunNow:
    def test_stores_what_the_command_found(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runs, "WORDS", [sys.executable, "-c", SAYS])
        assert verify(0) == runs.BROKEN
        [run] = runs.runs(5)
        assert (run.holds, run.faults, run.size, run.listed) == (False, 1, 41, ["Entry 7 was deleted."])

    def test_stores_why_nothing_could_be_checked(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runs, "WORDS", [sys.executable, "-c", "import sys; sys.exit('longwatch: no database')"])
        runs.run_now()
        assert runs.runs(1)[0].summary == "longwatch: no database"


class TestJobs:
    def test_anchor_what_is_new(self, world: World) -> None:
        # The copy's file is another place than the one that was anchored to.
        assert (anchor(0), anchor(0)) == (1, 0)
