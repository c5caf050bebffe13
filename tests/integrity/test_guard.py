# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Triggers and functions of the guard that are not as they should be."""

import re
from collections import Counter

import pytest

from longwatch.integrity import guard
from tests.integrity.conftest import World

GLASS = "glass_compartments"
OWN = "own_compartments"
EXCLUDED = "where id <> all ((select excluded_compartments())::uuid[])"


def rewritten(world: World, name: str, before: str, after: str) -> None:
    """As a superuser, who keeps everything of a function but some words of its source."""
    [[definition]] = world.run(
        f"select pg_get_functiondef(oid) from pg_proc where proname = '{name}' and pronamespace = 'public'::regnamespace"
    )
    assert before in definition
    world.run(definition.replace(before, after))


def differs(name: str) -> list[str]:
    return [f"The function {name} of the database is not as this version made it."]


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
        assert world.faults() == differs("ledger_entry_required")

    def test_a_wall_that_opens_every_compartment(self, world: World) -> None:
        rewritten(world, GLASS, f") opened {EXCLUDED}", ") opened ; select array_agg(id) from access_compartment")
        assert world.faults() == differs(GLASS)

    @pytest.mark.parametrize("name", [OWN, GLASS])
    def test_a_wall_that_lets_in_people_who_were_kept_out(self, world: World, name: str) -> None:
        rewritten(world, name, EXCLUDED, "")
        assert world.faults() == differs(name)

    def test_an_earlier_form_of_a_wall(self, world: World) -> None:
        file = guard.PACKAGE / "access" / "sql" / "context.sql"
        [earlier] = re.findall(rf"create or replace function {OWN}.*?\$\$.*?\$\$;", file.read_text(), re.DOTALL)
        world.run(earlier)
        assert world.faults() == differs(OWN)

    def test_a_statement_that_a_function_makes_from_parts(self, world: World) -> None:
        rewritten(
            world, "wall_by_compartment", "format('alter table %s enable row level security', walled)", "'select 1'"
        )
        rewritten(world, "lifecycle_preview_of", "%I t where", "%I t where true or")
        assert world.faults() == [*differs("lifecycle_preview_of"), *differs("wall_by_compartment")]


class TestMadeByUs:
    """made_by_us()"""

    def test_every_function_that_several_files_make_says_which_one_is_the_last(self) -> None:
        makers = Counter(
            name for text in guard._files().values() for name in {f[0] for f in guard.FUNCTION.findall(text)}
        )
        assert {name for name, files in makers.items() if files > 1} == guard.LAST.keys()
        made = {(name, file) for file, text in guard._files().items() for name, *_ in guard.FUNCTION.findall(text)}
        assert set(guard.LAST.items()) <= made

    def test_every_template_has_its_one_filling_which_its_file_holds(self) -> None:
        templates = [found for text in guard._files().values() for found in guard.TEMPLATE.findall(text)]
        assert {variable for _text, variable in templates} == guard.FILLINGS.keys()
        assert all(re.findall("%.", text) == ["%s"] for text, _variable in templates)
        assert all(filling in "".join(guard._files().values()) for filling in guard.FILLINGS.values())
