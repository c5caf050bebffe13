# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Triggers and functions of the guard that are not as they should be."""

from tests.integrity.conftest import World


class TestGuard:
    def test_a_trigger_that_is_off(self, world: World) -> None:
        world.run("alter table records_task disable trigger ledger_entry_required_update")
        assert world.faults() == ["The trigger ledger_entry_required_update on records_task is off."]

    def test_a_trigger_that_is_gone(self, world: World) -> None:
        world.run("drop trigger ledger_append_only on ledger_entry")
        assert world.faults() == ["The trigger ledger_append_only on ledger_entry is missing."]

    def test_a_function_that_was_made_harmless(self, world: World) -> None:
        world.run(
            "create or replace function ledger_entry_required() returns trigger language plpgsql as $$ begin return null; end $$"
        )
        assert world.faults() == ["The function ledger_entry_required of the database is not as this version made it."]
