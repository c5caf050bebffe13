# SPDX-License-Identifier: Apache-2.0
from datetime import timedelta

import pytest
from django.test import RequestFactory

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Invalid
from longwatch.records.models import EntryKind
from longwatch.records.reading import read_timeline
from longwatch.records.sentences import SENTENCES, sentence_of
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry, correct_entry, pin_entry
from tests.personas import Cast
from tests.records.some_record import a_record

GET = RequestFactory().get


class TestReadTimeline:
    """read_timeline"""

    def test_draws_days_gaps_and_lateness(self, cast: Cast) -> None:
        record, now = a_record(cast), clock.now()
        with acting_as(cast.analyst):
            add_entry(record, kind=EntryKind.EVENT, text="Old", occurred_at=now - timedelta(days=2), by=cast.analyst)
            add_entry(record, kind=EntryKind.NOTE, text="New", by=cast.analyst)
            new, old = read_timeline(GET("/"), record.id, SENTENCES, by=cast.analyst).lines
        assert new.day != old.day
        assert (new.gap, old.gap) == ("", "Nothing for 2 days")
        assert (new.late_words, old.late_words) == ("", "recorded 2 days later")

    def test_orders_by_what_happened_or_by_what_became_known(self, cast: Cast) -> None:
        record, now = a_record(cast), clock.now()
        with acting_as(cast.analyst):
            add_entry(record, kind=EntryKind.NOTE, text="First", by=cast.analyst)
            add_entry(record, kind=EntryKind.NOTE, text="Late", occurred_at=now - timedelta(days=1), by=cast.analyst)
            happened = read_timeline(GET("/"), record.id, SENTENCES, by=cast.analyst)
            known = read_timeline(GET("/?order=recorded_at"), record.id, SENTENCES, by=cast.analyst)
        assert [shown.line.text for shown in happened.lines] == ["First", "Late"]
        assert [shown.line.text for shown in known.lines] == ["Late", "First"]

    def test_shows_beside_a_correction_what_it_corrects(self, cast: Cast) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            old = add_entry(record, kind=EntryKind.NOTE, text="Wrong", by=cast.analyst)
            pin_entry(record, old.id, pinned=True, by=cast.analyst)
            correct_entry(record, old.id, text="Right", by=cast.analyst)
            reading = read_timeline(GET("/"), record.id, SENTENCES, by=cast.analyst)
        assert {shown.line.text: shown.corrected_text for shown in reading.lines} == {"Right": "Wrong", "Wrong": ""}
        assert [entry.text for entry in reading.pinned] == ["Right"]

    @pytest.mark.parametrize(("kind", "count"), [("note", 1), ("event", 0), ("change", 1), ("", 2), ("nonsense", 2)])
    def test_filters_by_kind(self, cast: Cast, kind: str, count: int) -> None:
        record = a_record(cast)
        with acting_as(cast.analyst):
            add_entry(record, kind=EntryKind.NOTE, text="A", by=cast.analyst)
            add_task(record, title="B", by=cast.analyst)
            assert len(read_timeline(GET("/", {"kind": kind}), record.id, SENTENCES, by=cast.analyst).lines) == count

    def test_pages_through_entries_and_changes_together(self, cast: Cast) -> None:
        record, seen, query = a_record(cast), [], "/"
        with acting_as(cast.analyst):
            for number in range(7):
                add_entry(record, kind=EntryKind.NOTE, text=str(number), by=cast.analyst)
                add_task(record, title=str(number), by=cast.analyst)
            for _page in range(5):
                reading = read_timeline(GET(query), record.id, SENTENCES, by=cast.analyst, limit=3)
                seen += [shown.line.id for shown in reading.lines]
                query = f"/{reading.older}"
        assert len(seen) == len(set(seen)) == 14
        assert not reading.older

    def test_refuses_a_made_up_cursor(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            read_timeline(GET("/?after=zzz"), a_record(cast).id, SENTENCES, by=cast.analyst)


class TestSentenceOf:
    """sentence_of"""

    @pytest.mark.parametrize("action", SENTENCES)
    def test_says_something_even_of_erased_details(self, action: str) -> None:
        assert sentence_of(action, {}, SENTENCES)

    def test_says_the_name_of_an_event_it_does_not_know(self) -> None:
        assert sentence_of("case.closure_requested", {}, SENTENCES) == "case: closure requested"
