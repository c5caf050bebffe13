# SPDX-License-Identifier: Apache-2.0
"""Reading timelines, tasks and links: nothing of a record for who may not see it."""

from dataclasses import replace

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.ids import uuid7
from longwatch.core.paging import encode_cursor
from longwatch.records import selectors
from longwatch.records.models import EntryKind, LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.links import link
from longwatch.records.services.tasks import add_task, finish_task
from longwatch.records.services.timeline import add_entry, correct_entry, pin_entry
from tests.personas import Cast
from tests.records.some_record import a_record, a_secret_record

COLLEAGUES = ["responder", "supervisor", "investigator", "hr", "administrator", "outsider"]


@pytest.fixture
def secret(cast: Cast) -> RecordRef:
    """A record of the analyst's own."""
    return a_secret_record(cast)


class TestSecrecy:
    """Every read"""

    @pytest.mark.parametrize("name", COLLEAGUES)
    def test_tells_nothing_of_a_record_among_named_members(self, cast: Cast, secret: RecordRef, name: str) -> None:
        with acting_as(cast.analyst):
            note = add_entry(secret, kind=EntryKind.NOTE, text="He knows Mara", by=cast.analyst)
            pin_entry(secret, note.id, pinned=True, by=cast.analyst)
            add_task(secret, title="Call Mara", by=cast.analyst)
            assert len(selectors.timeline(secret.id, by=cast.analyst).rows) > 1
        actor = cast.actors[name]
        with acting_as(actor):
            assert list(selectors.timeline(secret.id, by=actor).rows) == []
            assert list(selectors.pinned_and(secret.id, [note.id])) == []
            assert list(selectors.tasks(secret.id)) == list(selectors.open_tasks(secret.id)) == []
            with pytest.raises(NotFound):
                selectors.entry(secret.id, note.id)

    def test_tells_an_auditor_that_something_happened_and_not_what(self, cast: Cast, secret: RecordRef) -> None:
        with acting_as(cast.analyst):
            add_task(secret, title="Call Mara", by=cast.analyst)
        with acting_as(cast.auditor):
            [line] = selectors.timeline(secret.id, by=cast.auditor).rows
            assert (line.action, line.author, line.text, dict(line.fields)) == ("task.added", "", "", {})
            assert list(selectors.tasks(secret.id)) == []


class TestTimeline:
    """timeline"""

    def test_goes_on_where_a_page_ended(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            for number in range(3):
                add_entry(record, kind=EntryKind.NOTE, text=str(number), by=cast.analyst)
            first = selectors.timeline(record.id, by=cast.analyst, kinds=["note"], limit=2)
            rest = selectors.timeline(record.id, by=cast.analyst, kinds=["note"], limit=2, cursor=first.next_cursor)
        assert [line.text for line in (*first.rows, *rest.rows)] == ["2", "1", "0"]

    @pytest.mark.parametrize("cursor", ["yesterday", ""])
    def test_refuses_a_foreign_cursor(self, cast: Cast, cursor: str) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            selectors.timeline(uuid7(), by=cast.analyst, cursor=encode_cursor([cursor, "x"]))


class TestEntries:
    """pinned_and, entry"""

    def test_are_pinned_until_something_newer_corrects_them(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            note = add_entry(record, kind=EntryKind.NOTE, text="At nine", by=cast.analyst)
            pin_entry(record, note.id, pinned=True, by=cast.analyst)
            assert [each.id for each in selectors.pinned_and(record.id, [])] == [note.id]
            correct_entry(record, note.id, text="At ten", by=cast.analyst)
            assert note.id not in {each.id for each in selectors.pinned_and(record.id, [])}

    def test_belong_to_their_record_alone(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            note = add_entry(record, kind=EntryKind.NOTE, text="At nine", by=cast.analyst)
            with pytest.raises(NotFound):
                selectors.entry(a_record(cast).id, note.id)


class TestTasks:
    """tasks, open_tasks"""

    def test_come_open_ones_first(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            done, waiting = (add_task(record, title=title, by=cast.analyst) for title in ("Done", "Waiting"))
            finish_task(record, done.id, by=cast.analyst)
            assert [task.id for task in selectors.tasks(record.id)] == [waiting.id, done.id]
            assert [task.id for task in selectors.open_tasks(record.id)] == [waiting.id]


class TestReadableLinks:
    """readable_links"""

    def test_leave_out_kinds_that_the_reader_may_not_read(self, cast: Cast) -> None:
        here, case = a_record(cast), a_record(cast, kind=RecordKind.CASE, reference="CASE-1")
        with acting_as(cast.analyst):
            tie = link(here, case, kind=LinkKind.HANDLED_IN, by=cast.analyst)
            assert [each.id for each in selectors.readable_links(here.id, cast.analyst)] == [tie.id]
            narrow = replace(cast.analyst, permissions=frozenset({"incident:read"}))
            assert list(selectors.readable_links(here.id, narrow)) == []
