# SPDX-License-Identifier: Apache-2.0

"""Everything at once, of an installation that nobody touched."""

import pytest

from longwatch.core.postgres.address import VERIFIER
from longwatch.integrity import verification
from longwatch.integrity.verification import Plan, verify
from tests.integrity.conftest import World


class TestUntouched:
    def test_holds(self, world: World) -> None:
        assert world.faults() == []

    def test_holds_with_several_processes(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verification, "WORTH_PROCESSES", 1)
        found = verify(Plan(world.database.conninfo(VERIFIER), processes=2))
        assert (found.faults, found.counts["entries"] > 20) == ([], True)
