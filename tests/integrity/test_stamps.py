# SPDX-License-Identifier: Apache-2.0
"""Time-stamps among the receipts."""

from pathlib import Path

from longwatch.core.postgres.address import VERIFIER
from longwatch.integrity.verification import Plan, verify
from tests.integrity.conftest import World
from tests.integrity.forging import one

RECEIPT = "insert into ledger_anchor (size, anchor, target, ok, receipt) values (41, 'timestamp', 'tsa', true, 'x')"


class TestStamps:
    def test_are_said_to_be_unchecked_without_certificates(self, world: World) -> None:
        world.run(RECEIPT)
        found = verify(Plan(world.database.conninfo(VERIFIER), processes=1))
        assert (found.faults, "Not checked: 1 time-stamp;" in found.notes[0]) == ([], True)

    def test_that_do_not_hold_are_named(self, world: World, tmp_path: Path) -> None:
        world.run(RECEIPT)
        (tmp_path / "ca.pem").write_text("")
        found = verify(Plan(world.database.conninfo(VERIFIER), authorities=tmp_path / "ca.pem", processes=1))
        assert one(found.faults, "The time-stamp of checkpoint 41", "is not of the stored note")
