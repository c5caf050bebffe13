# SPDX-License-Identifier: Apache-2.0
"""Verifying after personal content was erased: green, and just as watchful as before."""

from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.entities.models import Mention
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.incidents.services.closing import close_incident
from longwatch.incidents.services.opening import add_signals
from longwatch.intake.models import Signal
from longwatch.ledger.checking import check_inclusion
from longwatch.ledger.leaf import leaf_hash
from longwatch.ledger.proofs import inclusion, latest_checkpoint
from longwatch.lifecycle.selectors import person_places
from longwatch.lifecycle.services.disposing import approve, propose, propose_person
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.identifying import mark, merge
from tests.integrity.conftest import World
from tests.lifecycle.standing import MAKES

PERSONAL = "Jonas Weber"


def dispose(world: World, outcome: str = "anonymise") -> UUID:
    """The incident of the story, with a person and its signals, closed and disposed of by two people."""
    cast = world.cast
    with acting_as(cast.analyst):
        add_mention(
            incident_ref(incident(world.incident)), kind="person", value=PERSONAL, part="subject", by=cast.analyst
        )
        judged = Signal.objects.filter(status="acknowledged").get()
        add_signals(world.incident, [judged.id], by=cast.analyst)
        close_incident(
            world.incident, disposition="benign", summary=f"{PERSONAL} came", case_answer="no", by=cast.analyst
        )
    world.seal()
    with acting_as(cast.privacy):
        row = propose(world.incident, outcome=outcome, basis="unlawful", note="Wrong person", by=cast.privacy)
    with acting_as(cast.supervisor):
        approve(row.id, by=cast.supervisor)
    assert carry_out(row.id) == "done"
    return row.id


class TestErased:
    @pytest.mark.parametrize("outcome", ["anonymise", "dispose"])
    def test_still_holds(self, world: World, outcome: str) -> None:
        dispose(world, outcome)
        assert world.faults() == []
        world.seal()
        assert world.faults() == []

    def test_the_person_is_nowhere(self, world: World) -> None:
        dispose(world)
        texts = world.run(
            "select table_name::text from information_schema.tables t where table_schema = 'public'"
            " and table_type = 'BASE TABLE' and table_name !~ '^(ledger_entry|procrastinate|access_|django)'"
            f" and query_to_xml(format('select 1 from %I x where x::text like ''%%%s%%''', table_name, '{PERSONAL}'),"
            " false, false, '')::text like '%<row%'"
        )
        assert texts == []

    def test_what_arrived_is_gone_and_its_hash_stays(self, world: World) -> None:
        dispose(world)
        left = world.run(
            "select octet_length(o.raw), octet_length(o.sha256) from intake_occurrence o join intake_signal s"
            " on s.id = o.signal_id where s.title = '(erased)'"
        )
        assert left
        assert set(left) == {(0, 32)}

    def test_statistics_stay_when_it_is_anonymised(self, world: World) -> None:
        dispose(world)
        found = world.run("select title, category, disposition, opened_at::time::text from incidents_incident")
        assert found == [("(erased)", "FA-01", "benign", "00:00:00")]

    def test_statistics_of_place_and_outcome_go_when_it_is_disposed_of(self, world: World) -> None:
        dispose(world, "dispose")
        assert world.run("select disposition, place from incidents_incident") == [("", "")]

    def test_files_cannot_be_read_any_more(self, world: World) -> None:
        dispose(world)
        keys = world.run("select octet_length(wrapped), destroyed_at is null from evidence_key")
        assert set(keys) == {(0, False)}
        assert world.run("select name from evidence_exhibit") == [("(erased)",)]

    def test_an_old_proof_of_inclusion_still_verifies(self, world: World) -> None:
        ((entry,),) = world.run(f"select version from records_timeline_entry where id = '{world.note}'")
        with acting_as(world.cast.analyst):
            checkpoint = latest_checkpoint()
            (proof,) = inclusion([entry])
        dispose(world)
        ((leaf,),) = world.run(f"select leaf from ledger_entry where id = {entry}")
        assert checkpoint
        check_inclusion(leaf_hash(bytes(leaf)), proof.index, checkpoint.size, proof.hashes, checkpoint.root)

    def test_a_second_run_changes_nothing(self, world: World) -> None:
        row = dispose(world)
        before = world.run("select count(*) from ledger_entry")
        assert carry_out(row) == "done"
        assert world.run("select count(*) from ledger_entry") == before


class TestOutsideRecords:
    """Erased from what a compartment holds beside its records."""

    def test_still_holds(self, world: World) -> None:
        cast = world.cast
        for _place, make in MAKES.values():
            make(cast)
        world.seal()
        for place in (cast.signals.id, cast.operations.id):
            with acting_as(cast.privacy):
                row = propose_person(place, words=[PERSONAL], note="Asked", by=cast.privacy)
            with acting_as(cast.supervisor):
                approve(row.id, by=cast.supervisor)
            assert carry_out(row.id) == "done"
            assert world.faults() == []
        world.seal()
        assert world.faults() == []


class TestOnePerson:
    """Erased from a record that stays."""

    def erase(self, world: World, spared: bool = False) -> UUID:
        """The person of an incident that stays goes from it."""
        cast = world.cast
        with acting_as(cast.analyst):
            record = incident_ref(incident(world.incident))
            add_mention(record, kind="person", value=PERSONAL, part="subject", by=cast.analyst)
            add_mention(record, kind="person", value="Eva Other", part="witness", by=cast.analyst)
            add_entry(
                record, kind=EntryKind.NOTE, text=f"Eva Other saw jonas  weber. {PERSONAL} left.", by=cast.analyst
            )
            add_task(record, title=f"Call {PERSONAL}", by=cast.analyst)
            named = Mention.objects.get(value=PERSONAL, part="subject").entity_id
            merge(named, kind="account", value="jw", record=record, reason=f"{PERSONAL} signs so", by=cast.analyst)
            mark(named, tlp="red", record=record, reason="Asked for", by=cast.analyst)
        world.seal()
        with acting_as(cast.privacy):
            row = propose_person(world.incident, words=[PERSONAL], note="Asked", by=cast.privacy)
        with acting_as(cast.supervisor):
            kept = [each.row_id for each in person_places(row) if each.before.startswith("Call")] if spared else []
            approve(row.id, spared=kept, by=cast.supervisor)
        assert carry_out(row.id) == "done"
        return row.id

    def test_everything_else_stays_and_the_ledger_holds(self, world: World) -> None:
        self.erase(world)
        assert world.faults() == []
        world.seal()
        assert world.faults() == []
        texts = world.run("select text from records_timeline_entry where text like 'Eva Other%'")
        assert texts == [("Eva Other saw [erased]. [erased] left.",)]
        assert world.run("select value from entities_mention where part = 'witness'") == [("Eva Other",)]
        assert world.run("select count(*) from entities_mention where part = 'subject' and value <> ''") == [(0,)]
        assert world.run("select count(*) from incidents_incident where status = 'closed'") == [(0,)]

    def test_the_person_is_nowhere(self, world: World) -> None:
        self.erase(world)
        left = world.run(
            "select table_name::text from information_schema.tables t where table_schema = 'public'"
            " and table_type = 'BASE TABLE' and table_name !~ '^(ledger_entry|procrastinate|access_|django)'"
            " and query_to_xml(format('select 1 from %I x where x::text ~* ''jonas +weber''', table_name),"
            " false, false, '')::text like '%<row%'"
        )
        assert left == []

    def test_what_the_second_person_spares_stays(self, world: World) -> None:
        self.erase(world, spared=True)
        assert world.run("select title from records_task where title like 'Call%'") == [(f"Call {PERSONAL}",)]
        assert world.faults() == []

    def test_the_certificate_says_how_much_and_not_whom(self, world: World) -> None:
        row = self.erase(world)
        ((counts, words),) = world.run(f"select counts, words from lifecycle_disposal where id = '{row}'")
        assert (counts["records_timeline_entry"], words) == (1, [])


class TestVanished:
    def test_an_opening_that_goes_without_an_erasure_is_named(self, world: World) -> None:
        dispose(world)
        world.run(
            "update ledger_detail set fields = fields - 'actor' where entry_id ="
            " (select max(id) from ledger_entry where action = 'disposal.approved')"
        )
        assert any("is gone (actor), and no erasure says so" in fault for fault in world.faults())

    def test_a_value_that_goes_without_an_erasure_is_named(self, world: World) -> None:
        world.run(
            "update ledger_detail set fields = fields #- '{actor,value}' where entry_id ="
            " (select max(id) from ledger_entry where action = 'task.added')"
        )
        assert any("is gone (actor), and no erasure says so" in fault for fault in world.faults())

    def test_details_that_go_altogether_are_named(self, world: World) -> None:
        world.run(
            "delete from ledger_detail where entry_id ="
            " (select max(id) from ledger_entry where action = 'evidence.viewed')"
        )
        assert any("and no erasure says so" in fault for fault in world.faults())

    def test_what_tells_of_the_erasure_cannot_go(self, world: World) -> None:
        dispose(world)
        world.run(
            "update ledger_detail set fields = '{}' where entry_id in"
            " (select id from ledger_entry where action = 'erasure.performed')"
        )
        assert any("erasure.performed" in fault and "no erasure says so" in fault for fault in world.faults())

    def test_raw_bytes_that_go_without_an_erasure_are_named(self, world: World) -> None:
        world.run("update intake_occurrence set raw = ''", unguarded=True)
        assert any("raw bytes of arrival" in fault for fault in world.faults())
