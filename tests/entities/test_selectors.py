# SPDX-License-Identifier: Apache-2.0
"""Reading mentions: whoever may not see a record learns nothing of whom it names."""

from dataclasses import replace

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.compartments import open_compartment
from longwatch.core.ids import uuid7
from longwatch.entities import selectors
from longwatch.entities.models import Mention
from longwatch.entities.services.mentions import add_mention, end_mention
from longwatch.records.reference import RecordRef
from tests.personas import Cast

OUTSIDE = ["reporter", "hr", "counsel", "auditor", "administrator", "integration", "outsider"]


@pytest.fixture
def quiet(cast: Cast, record: RecordRef) -> RecordRef:
    """A record that only the analyst may see."""
    with acting_as(cast.analyst):
        inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
    return replace(record, id=uuid7(), compartment_id=inside.id)


def named(record: RecordRef, cast: Cast, value: str = "Max Mustermann") -> Mention:
    with acting_as(cast.analyst):
        return add_mention(record, kind="person", value=value, by=cast.analyst)


class TestMentions:
    """mentions"""

    def test_come_in_the_order_they_were_named_without_those_taken_out(self, cast: Cast, record: RecordRef) -> None:
        first, second, third = (named(record, cast, value) for value in ("Max", "Mara", "Mia"))
        with acting_as(cast.analyst):
            end_mention(record, second.id, by=cast.analyst)
            assert [each.id for each in selectors.mentions(record.id)] == [first.id, third.id]

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_are_not_there_for_who_may_not_see_the_record(self, cast: Cast, record: RecordRef, name: str) -> None:
        row = named(record, cast)
        with acting_as(cast.actors[name]):
            assert list(selectors.mentions(record.id)) == []
            assert list(selectors.mentions_of(row.entity_id)) == []


class TestMentionsOf:
    """mentions_of"""

    def test_leave_out_records_that_the_reader_may_not_see(
        self, cast: Cast, record: RecordRef, quiet: RecordRef
    ) -> None:
        seen, hidden = named(record, cast), named(quiet, cast)
        assert seen.entity_id == hidden.entity_id
        with acting_as(cast.responder):
            assert [each.record_id for each in selectors.mentions_of(seen.entity_id)] == [record.id]
        with acting_as(cast.analyst):
            assert {each.record_id for each in selectors.mentions_of(seen.entity_id)} == {record.id, quiet.id}

    def test_tell_present_ones_first(self, cast: Cast, record: RecordRef) -> None:
        other = replace(record, id=uuid7())
        present, gone = named(record, cast), named(other, cast)
        with acting_as(cast.analyst):
            end_mention(other, gone.id, by=cast.analyst)
            assert [each.id for each in selectors.mentions_of(present.entity_id)] == [present.id, gone.id]
