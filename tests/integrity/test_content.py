# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Rows that somebody edited, removed or added behind the ledger."""

from tests.integrity.conftest import World
from tests.integrity.forging import OF_NOTE, one


class TestRows:
    def test_edited_without_an_entry(self, world: World) -> None:
        world.run(f"update records_task set title = 'Nothing to do' where id = '{world.task}'", unguarded=True)
        fault = one(world.faults(), f"records_task {world.task}", "holds another content than entry")
        assert "it was changed without an entry" in fault

    def test_deleted(self, world: World) -> None:
        world.run(f"delete from records_timeline_entry where id = '{world.note}'", unguarded=True)
        assert one(world.faults(), f"The row {world.note} that entry", "was deleted")

    def test_inserted_behind_the_ledger(self, world: World) -> None:
        world.run(
            f"""insert into records_task select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()))).*
                  from records_task t where id = '{world.task}'""",
            unguarded=True,
        )
        assert one(world.faults(), "records_task", "was inserted behind the ledger: no entry tells of it")

    def test_put_back_to_an_older_version(self, world: World) -> None:
        world.run(
            f"update incidents_incident set version = (select min(id) from ledger_entry where subject_id = '{world.incident}') - 1",
            unguarded=True,
        )
        assert one(world.faults(), f"incidents_incident {world.incident}", "is older than entry")

    def test_details_changed(self, world: World) -> None:
        world.run(
            f"""update ledger_detail set fields = jsonb_set(fields, '{{actor,value}}', '"Somebody else"')
                 where entry_id = {OF_NOTE}""",
            unguarded=True,
        )
        assert one(world.faults(), "The details of entry", "were changed (actor)")

    def test_edited_while_the_triggers_were_off(self, world: World) -> None:
        world.run(
            "alter table records_task disable trigger user",
            f"update records_task set title = 'Nothing to do' where id = '{world.task}'",
            "alter table records_task enable trigger user",
        )
        assert one(world.faults(), f"records_task {world.task}", "it was changed without an entry")
