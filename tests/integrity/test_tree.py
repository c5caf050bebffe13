# SPDX-License-Identifier: Apache-2.0
"""Entries outside the tree, and nodes that do not fit."""

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import VERIFIER
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.integrity.verification import Plan, verify
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.integrity.conftest import World
from tests.integrity.forging import one


class TestTree:
    def test_tells_how_many_entries_wait_and_since_when(self, world: World) -> None:
        with acting_as(world.cast.analyst):
            record = incident_ref(incident(world.incident))
            add_entry(record, kind=EntryKind.NOTE, text="New", by=world.cast.analyst)
        found = verify(Plan(world.database.conninfo(VERIFIER), processes=1))
        assert (found.faults, found.counts["unsealed entries"]) == ([], 1)
        assert found.notes[0].startswith("No checkpoint outside the database")
        assert "Not sealed yet: 1 entry, the oldest dated" in found.notes[1]

    def test_names_a_node_that_is_not_the_hash_of_those_below(self, world: World) -> None:
        world.run("update ledger_node set hash = sha256('x') where level = 2 and idx = 1", unguarded=True)
        assert one(world.faults(), "Node 1 of level 2 is not the hash of the two below it")

    def test_names_an_entry_that_was_kept_from_being_sealed(self, world: World) -> None:
        with acting_as(world.cast.analyst):
            record = incident_ref(incident(world.incident))
            add_entry(record, kind=EntryKind.NOTE, text="New", by=world.cast.analyst)
        world.run("delete from ledger_pending", unguarded=True)
        assert one(world.faults(), "it was kept from being sealed, or added behind the ledger")
