# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Signals and their arrivals, edited behind the ledger."""

from tests.integrity.conftest import World
from tests.integrity.forging import one


class TestSignals:
    def test_judged_and_then_edited(self, world: World) -> None:
        world.run("update intake_signal set title = 'Nothing' where status = 'acknowledged'", unguarded=True)
        assert one(world.faults(), "intake_signal", "holds another content than entry")

    def test_unjudged_and_edited(self, world: World) -> None:
        world.run("update intake_signal set title = 'Nothing' where title = 'Door 1 forced'", unguarded=True)
        assert one(world.faults(), "intake_signal", "says something else than what arrived (title)")

    def test_judged_without_an_entry(self, world: World) -> None:
        world.run("update intake_signal set status = 'dismissed' where title = 'Door 1 forced'", unguarded=True)
        assert one(world.faults(), "intake_signal", "was changed without an entry (status)")

    def test_deleted(self, world: World) -> None:
        world.run("delete from intake_signal where title = 'Door 2 forced'", unguarded=True)
        assert one(world.faults(), "intake_signal", "was deleted, but is named by 1 arrival.")

    def test_an_arrival_changed(self, world: World) -> None:
        world.run(
            """update intake_occurrence set raw = '{"title": "Nothing"}', sha256 = sha256('{"title": "Nothing"}')
                where signal_id = (select id from intake_signal where title = 'Door 3 forced')""",
            unguarded=True,
        )
        assert one(world.faults(), "The arrivals of entry", "are not those it covers")

    def test_an_arrival_removed(self, world: World) -> None:
        world.run(
            "delete from intake_occurrence where signal_id = (select id from intake_signal where title = 'Door 3 forced')",
            unguarded=True,
        )
        assert one(world.faults(), "The arrivals that entry", "covers were removed")
