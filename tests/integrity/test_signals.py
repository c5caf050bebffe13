# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Signals and their arrivals, edited behind the ledger."""

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.intake.arrival import arrive
from longwatch.intake.models import Source
from longwatch.intake.services.receiving import facts
from longwatch.intake.statement import RECEIVE, parameters
from longwatch.intake.submission import SignalIn
from tests.integrity.conftest import World
from tests.integrity.forging import one


def send_as_understood(world: World, signal: SignalIn, raw: bytes) -> None:
    """An alert whose mapping has changed since: its raw bytes, read today, say something else."""
    with acting_as(world.cast.integration), connection.cursor() as cursor:
        source = facts(Source.objects.order_by("id")[0])
        cursor.execute(RECEIVE, parameters(world.cast.integration, source, [arrive(source, signal, raw)]))
    world.seal()


class TestSignals:
    def test_judged_and_then_edited(self, world: World) -> None:
        world.run("update intake_signal set title = 'Nothing' where status = 'acknowledged'", unguarded=True)
        assert one(world.faults(), "intake_signal", "holds another content than entry")

    def test_unjudged_and_edited(self, world: World) -> None:
        world.run("update intake_signal set title = 'Nothing' where title = 'Door 1 forced'", unguarded=True)
        assert one(world.faults(), "intake_signal", "says something else than what arrived (title)")

    @pytest.mark.parametrize(
        "change", ["occurred_at = occurred_at - interval '1 day'", "kind = 'report'", "format = 'okta'"]
    )
    def test_unjudged_and_edited_where_reading_again_tells_nothing(self, world: World, change: str) -> None:
        world.run(f"update intake_signal set {change} where title = 'Door 1 forced'", unguarded=True)
        assert one(world.faults(), "intake_signal", "says something else than what arrived")

    def test_read_by_a_mapping_that_reads_it_otherwise_today(self, world: World) -> None:
        send_as_understood(world, SignalIn(title="Read by an older mapping", dedup_key="old"), b'{"title": "Raw"}')
        assert world.faults() == []
        world.run("update intake_signal set title = 'Raw' where title = 'Read by an older mapping'", unguarded=True)
        assert one(world.faults(), "intake_signal", "says something else than what arrived")

    def test_an_arrival_that_has_no_hash_of_what_was_understood(self, world: World) -> None:
        world.run("update intake_occurrence set understood = null", unguarded=True)
        assert any("are not those it covers" in fault for fault in world.faults())

    def test_read_with_a_mapping_of_ones_own_that_says_something_else_by_now(self, world: World) -> None:
        assert world.faults() == []
        world.run("update intake_signal set title = 'Nothing' where title = 'Held open at D7'", unguarded=True)
        assert one(world.faults(), "intake_signal", "says something else than what arrived")

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
