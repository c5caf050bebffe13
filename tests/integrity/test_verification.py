# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - statements of an attacker
"""What somebody with all rights on the database does behind the ledger, and the sentence that names it."""

from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import VERIFIER
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.integrity.verification import Plan, verify
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.integrity.conftest import World
from tests.integrity.forging import forge_history, move_clock

ENTRY = "select e.id from ledger_entry e where e.action = 'timeline.added' order by e.id limit 1"
OF_NOTE = "(select version from records_timeline_entry order by version limit 1)"


def one(faults: list[str], *words: str) -> str:
    """The one fault whose sentence has all these words."""
    found = [fault for fault in faults if all(word in fault for word in words)]
    assert len(found) == 1, faults
    return found[0]


class TestUntouched:
    def test_holds(self, world: World) -> None:
        assert world.faults() == []

    def test_holds_with_several_processes(self, world: World) -> None:
        found = verify(Plan(world.database.conninfo(VERIFIER), processes=2))
        assert (found.faults, found.counts["entries"] > 20) == ([], True)


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
            world.faults(), "of size 39", "anchors/checkpoints", "is not stored: it was removed from the database"
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
        assert one(world.faults(), "intake_signal", "was deleted: 1 arrivals name it")

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


class TestEvidence:
    @pytest.fixture
    def blob(self, world: World) -> Path:
        [found] = [
            path for path in (world.data / "evidence").rglob("*") if path.is_file() and len(path.name) == 64
        ]  # fmt: skip
        return found

    def test_a_file_changed(self, world: World, blob: Path) -> None:
        path = blob
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"X")
        assert one(world.faults(), f"The file of evidence_exhibit {world.exhibit}", "it was changed")

    def test_a_file_removed(self, world: World, blob: Path) -> None:
        blob.unlink()
        assert one(world.faults(), f"The file of evidence_exhibit {world.exhibit}", "is gone from the evidence store")

    def test_a_link_of_custody_removed(self, world: World) -> None:
        world.run("delete from evidence_custody_event where kind = 'viewed'", unguarded=True)
        assert one(
            world.faults(),
            f"The link in the chain of custody of exhibit {world.exhibit}",
            "evidence.viewed",
            "was removed",
        )

    def test_a_link_of_custody_changed(self, world: World) -> None:
        world.run("update evidence_custody_event set actor_label = 'Nobody' where kind = 'downloaded'", unguarded=True)
        assert one(world.faults(), "evidence_custody_event", "(downloaded)", "holds something else than entry")

    def test_a_link_of_receipt_changed(self, world: World) -> None:
        world.run("update evidence_custody_event set actor_label = 'Nobody' where kind = 'received'", unguarded=True)
        assert one(world.faults(), "evidence_custody_event", "(received)", "says something else than the exhibit")
