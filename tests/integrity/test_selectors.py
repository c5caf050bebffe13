# SPDX-License-Identifier: Apache-2.0
from longwatch.access.context import acting_as
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.integrity.selectors import standing
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.integrity.conftest import World
from tests.integrity.forging import move_clock


class TestStanding:
    def test_tells_what_is_sealed(self, world: World) -> None:
        now = standing()
        assert (now.sealed, now.waiting, now.is_late) == (46, 0, False)

    def test_is_late_when_something_waits_for_long(self, world: World) -> None:
        with move_clock(hours=-1), acting_as(world.cast.analyst):
            record = incident_ref(incident(world.incident))
            add_entry(record, kind=EntryKind.NOTE, text="New", by=world.cast.analyst)
        assert (standing().waiting, standing().is_late) == (1, True)
