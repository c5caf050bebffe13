# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""History that somebody rewrote, with the checkpoints and keys that contradict it."""

from longwatch.access.context import acting_as
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.integrity.conftest import World
from tests.integrity.forging import forge_history, move_clock, one


class TestHistory:
    def test_rewritten_with_recomputed_hashes(self, world: World) -> None:
        forge_history(world)
        faults = world.faults()
        assert one(faults, "The stored checkpoint", "history was rewritten between leaf 0")
        assert one(faults, "anchors/checkpoints", "history was rewritten between leaf")

    def test_rewritten_and_its_checkpoints_removed(self, world: World) -> None:
        forge_history(world)
        world.run("delete from ledger_checkpoint", unguarded=True)
        assert one(
            world.faults(), "of size 44", "anchors/checkpoints", "is not stored: it was removed from the database"
        )

    def test_a_checkpoint_replaced(self, world: World) -> None:
        world.run(
            "update ledger_checkpoint set note = replace(note, split_part(note, E'\\n', 3), encode(sha256('x'), 'base64'))"
            " where size = (select max(size) from ledger_checkpoint)",
            unguarded=True,
        )
        assert one(world.faults(), "A stored checkpoint", "was not signed by this ledger")

    def test_the_keys_replaced(self, world: World) -> None:
        world.run("update ledger_key set vkey = replace(vkey, '/ledger/', '/Ledger/')", unguarded=True)
        assert one(
            world.faults(), "The verifier key", "kept outside the database, is not among its keys: they were replaced"
        )

    def test_a_clock_set_back(self, world: World) -> None:
        with move_clock(hours=-3), acting_as(world.cast.analyst):
            record = incident_ref(incident(world.incident))
            add_entry(record, kind=EntryKind.NOTE, text="Earlier, it seems", by=world.cast.analyst)
        world.seal()
        assert one(world.faults(), "it is dated before checkpoint", "a clock was set back")

    def test_a_clock_set_back_for_checkpoints_too(self, world: World) -> None:
        world.run(
            "update ledger_checkpoint set at = at - interval '1 day' where size = (select max(size) from ledger_checkpoint)",
            unguarded=True,
        )
        assert one(world.faults(), "The stored checkpoint", "is dated before that of size", "a clock was set back")
