# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""Entries that somebody with all rights on the database edited, removed, swapped or added."""

from tests.integrity.conftest import World
from tests.integrity.forging import OF_NOTE, one


class TestEntries:
    def test_edited(self, world: World) -> None:
        world.run(f"update ledger_entry set action = 'timeline.pinned' where id = {OF_NOTE}", unguarded=True)
        assert "its columns say something else than its leaf (action)" in one(world.faults(), "timeline.pinned")

    def test_edited_with_its_leaf(self, world: World) -> None:
        world.run(
            f"update ledger_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'web', 'api')::bytea where id = {OF_NOTE}",
            unguarded=True,
        )
        assert "its leaf does not match its hash" in one(world.faults(), "leaf does not match")

    def test_edited_with_its_leaf_and_its_hash(self, world: World) -> None:
        world.run(
            f"""update ledger_entry set via = 'api', leaf = replace(convert_from(leaf, 'UTF8'), '"via":"web"', '"via":"api"')::bytea
                 where id = {OF_NOTE}""",
            f"update ledger_entry set leaf_hash = sha256('\\x00'::bytea || leaf) where id = {OF_NOTE}",
            unguarded=True,
        )
        assert one(world.faults(), "holds another entry than was sealed there")

    def test_deleted(self, world: World) -> None:
        ((number,),) = world.run(f"select {OF_NOTE}")
        world.run(f"delete from ledger_entry where id = {number}", unguarded=True)
        assert one(world.faults(), f"Entry {number}, sealed as leaf", "was deleted")

    def test_swapped(self, world: World) -> None:
        world.run(
            "create temp table two as select entry_id, leaf_index from ledger_leaf where leaf_index in (5, 6)",
            "delete from ledger_leaf where leaf_index in (5, 6)",
            "insert into ledger_leaf (leaf_index, entry_id) select 11 - leaf_index, entry_id from two",
            unguarded=True,
        )
        assert one(world.faults(), "Leaf 5", "entries were swapped", "sealed as leaf 6")

    def test_cut_off_at_the_end(self, world: World) -> None:
        ((size,),) = world.run("select max(size) from ledger_checkpoint")
        ((left,),) = world.run(f"select max(size) from ledger_checkpoint where size < {size}")
        world.run(
            f"delete from ledger_entry where id in (select entry_id from ledger_leaf where leaf_index >= {left})",
            f"delete from ledger_leaf where leaf_index >= {left}",
            f"delete from ledger_node where ((idx + 1) << level) > {left}",
            f"delete from ledger_checkpoint where size > {left}",
            "delete from ledger_detail d where not exists (select from ledger_entry e where e.id = d.entry_id)",
            unguarded=True,
        )
        assert one(
            world.faults(), "checkpoints", f"of size {size}", f"the tree has {left}: the last entries were cut off"
        )

    def test_added_behind_the_ledger(self, world: World) -> None:
        world.run(
            f"""insert into ledger_entry (id, at, org_id, action, subject_id, actor_kind, actor_id, via, operation_id, leaf,
                  leaf_hash) select nextval('ledger_entry_id_seq'), at, org_id, action, subject_id, actor_kind, actor_id, via,
                  operation_id, leaf, leaf_hash from ledger_entry where id = {OF_NOTE}""",
            unguarded=True,
        )
        assert one(world.faults(), "has no place in the tree and does not wait for one")
