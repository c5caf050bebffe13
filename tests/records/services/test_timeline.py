# SPDX-License-Identifier: Apache-2.0
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.records.models import EntryKind, TimelineEntry
from longwatch.records.selectors import pinned_and, timeline
from longwatch.records.services.timeline import LONGEST_TEXT, add_entry, correct_entry, pin_entry
from tests.incidents.cast_incidents import told
from tests.personas import Cast
from tests.records.some_record import a_record, a_secret_record, reader_only

NOTE = EntryKind.NOTE


class TestAddEntry:
    """add_entry"""

    def test_keeps_both_times_and_appends_its_event(self, cast: Cast) -> None:
        record, then = a_record(cast), clock.now() - timedelta(hours=2)
        with acting_as(cast.responder):
            entry = add_entry(record, kind=NOTE, text=" Seen ", occurred_at=then, by=cast.responder)
            assert (entry.text, entry.occurred_at, entry.author_label) == ("Seen", then, "Ravi Responder")
            assert entry.recorded_at > then
            assert told(record.id) == ["timeline.entry_added"]

    @pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_TEXT + 1)])
    def test_refuses_nothing_and_too_much(self, cast: Cast, text: str) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            add_entry(a_record(cast), kind=NOTE, text=text, by=cast.analyst)

    def test_refuses_the_future(self, cast: Cast) -> None:
        later = clock.now() + timedelta(minutes=5)
        with acting_as(cast.analyst), pytest.raises(Invalid):
            add_entry(a_record(cast), kind=NOTE, text="x", occurred_at=later, by=cast.analyst)

    def test_refuses_a_closed_record(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(Conflict):
            add_entry(a_record(cast, closed=True), kind=NOTE, text="x", by=cast.analyst)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            add_entry(a_record(cast), kind=NOTE, text="x", by=reader_only(cast.responder))

    def test_is_invisible_and_unwritable_elsewhere(self, cast: Cast) -> None:
        record = a_secret_record(cast)
        with acting_as(cast.analyst):
            add_entry(record, kind=NOTE, text="Quiet", by=cast.analyst)
        with acting_as(cast.supervisor):
            assert not timeline(record.id, by=cast.analyst).rows
            with pytest.raises(ProgrammingError), transaction.atomic():
                add_entry(record, kind=NOTE, text="Loud", by=cast.supervisor)


class TestCorrectEntry:
    """correct_entry"""

    def test_leaves_the_old_line_readable(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            old = add_entry(record, kind=EntryKind.EVENT, text="At noon", by=cast.analyst)
            new = correct_entry(record, old.id, text="At one", by=cast.analyst)
            assert (new.corrects_id, new.kind, new.occurred_at) == (old.id, old.kind, old.occurred_at)
            lines = {line.text: line.corrected for line in timeline(record.id, by=cast.analyst).rows}
            assert lines == {"At noon": True, "At one": False}
            assert told(record.id)[-1] == "timeline.entry_corrected"

    def test_takes_the_pin_along(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            old = add_entry(record, kind=NOTE, text="Old", by=cast.analyst)
            pin_entry(record, old.id, pinned=True, by=cast.analyst)
            correct_entry(record, old.id, text="New", by=cast.analyst)
            assert [entry.text for entry in pinned_and(record.id, [])] == ["New"]

    def test_refuses_to_correct_twice(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            old = add_entry(record, kind=NOTE, text="Old", by=cast.analyst)
            correct_entry(record, old.id, text="New", by=cast.analyst)
            with pytest.raises(Conflict):
                correct_entry(record, old.id, text="Newer", by=cast.analyst)

    def test_refuses_a_closed_record_and_whoever_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            with pytest.raises(Conflict):
                correct_entry(a_record(cast, closed=True), uuid7(), text="x", by=cast.analyst)
            with pytest.raises(NotAllowed):
                correct_entry(a_record(cast), uuid7(), text="x", by=reader_only(cast.analyst))

    def test_does_not_know_entries_of_other_records(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            entry = add_entry(a_record(cast), kind=NOTE, text="x", by=cast.analyst)
            with pytest.raises(NotFound):
                correct_entry(a_record(cast), entry.id, text="y", by=cast.analyst)

    def test_cannot_be_gone_round_in_the_database(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            entry = add_entry(a_record(cast), kind=NOTE, text="x", by=cast.analyst)
            for statement in ("update records_timeline_entry set text = 'y' where id = %s",
                              "delete from records_timeline_entry where id = %s"):  # fmt: skip
                with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement, [entry.id])


class TestPinEntry:
    """pin_entry"""

    def test_changes_the_version_that_was_read_only(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            entry = add_entry(record, kind=NOTE, text="x", by=cast.analyst)
            old, read = entry.version - 1, entry.version
            with pytest.raises(Stale):
                pin_entry(record, entry.id, pinned=True, by=cast.analyst, expected_version=old)
            with pytest.raises(Stale):
                correct_entry(record, entry.id, text="y", by=cast.analyst, expected_version=old)
            assert pin_entry(record, entry.id, pinned=True, by=cast.analyst, expected_version=read).pinned

    def test_pins_and_unpins(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            entry = add_entry(record, kind=NOTE, text="x", by=cast.analyst)
            assert pin_entry(record, entry.id, pinned=True, by=cast.analyst).pinned
            version = pin_entry(record, entry.id, pinned=True, by=cast.analyst).version
            assert TimelineEntry.objects.get(id=entry.id).version == version
            assert not pin_entry(record, entry.id, pinned=False, by=cast.analyst).pinned
            assert told(record.id).count("timeline.entry_pinned") == 2

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            pin_entry(a_record(cast), uuid7(), pinned=True, by=reader_only(cast.analyst))

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        record = a_secret_record(cast)
        with acting_as(cast.analyst):
            entry = add_entry(record, kind=NOTE, text="x", by=cast.analyst)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            pin_entry(record, entry.id, pinned=True, by=cast.supervisor)
