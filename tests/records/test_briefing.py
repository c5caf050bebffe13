# SPDX-License-Identifier: Apache-2.0
"""The rules behind the six questions, over plain facts: no database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from longwatch.core.paging import decode_cursor
from longwatch.records.briefing import (
    Anchors,
    Question,
    Statement,
    Weight,
    bounded_difference,
    clipped,
    counted,
    in_order,
    listed,
    section,
    unknown,
)  # fmt: skip
from longwatch.records.briefing_facts import (
    Arrival,
    Change,
    ExhibitFact,
    Holder,
    Insider,
    KnownRecord,
    Looker,
    Named,
    OpenTask,
    RecordFacts,
    Said,
    Shared,
    Surroundings,
    Tie,
)  # fmt: skip
from longwatch.records.briefing_happened import what_happened
from longwatch.records.briefing_known import evidence, who_knew
from longwatch.records.briefing_outcome import linked_before, open_task_gaps, risk, what_was_done

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANCHORS = Anchors("/incidents/INC-2026-0142")
NOTHING = RecordFacts()
NOBODY = Surroundings()
OPENED = Statement(text="opened the incident", at=NOON, person="Ana Analyst")


def said(text: str = "He left", *, hours: float = 0, late: float = 0, **more: Any) -> Said:
    at = NOON + timedelta(hours=hours)
    return Said(
        id=uuid4(),
        kind="event",
        text=text,
        occurred_at=at,
        recorded_at=at + timedelta(hours=late),
        author="Ana",
        **more,
    )


def arrival(**more: Any) -> Arrival:
    values: dict[str, Any] = {
        "id": uuid4(), "title": "Threat", "kind": "Report", "source": "the web form", "occurred_at": NOON,
        "first_seen": NOON, "count": 1, "url": "/signals/1",
    }  # fmt: skip
    return Arrival(**values | more)


def exhibit(**more: Any) -> ExhibitFact:
    values: dict[str, Any] = {
        "number": 1, "name": "door.png", "size": 2048, "sha256": "ab" * 32, "received_by": "Ravi",
        "received_at": NOON, "url": "/files/1",
    }  # fmt: skip
    return ExhibitFact(**values | more)


def texts(statements: Any) -> list[str]:
    return [each.sentence for each in statements]


class TestAnchors:
    def test_lead_to_the_entry_on_the_first_page(self) -> None:
        assert Anchors("/cases/C", 12).entry("7", NOON) == "/cases/C#entry-7"

    def test_open_a_long_timeline_at_the_entry(self) -> None:
        address, _, anchor = Anchors("/cases/C", 900).entry("7", NOON).partition("#")
        start = decode_cursor(address.partition("after=")[2], 2)
        assert anchor == "entry-7"
        assert datetime.fromisoformat(str(start[0])) == NOON

    def test_allow_a_moment_between_a_row_and_its_entry(self) -> None:
        start = decode_cursor(Anchors("/c", 900).row(7, NOON).partition("after=")[2].partition("#")[0], 2)
        assert datetime.fromisoformat(str(start[0])) > NOON


class TestWords:
    def test_clip_at_a_word(self) -> None:
        assert clipped("one two three", 9) == "one two …"
        assert clipped("  one\n two ") == "one two"

    def test_clip_a_word_longer_than_a_line(self) -> None:
        assert clipped("x" * 500, 10) == "x" * 10 + " …"

    @pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (1000, "1000"), (1001, "1,000+")])
    def test_count_honestly(self, number: int, words: str) -> None:
        assert counted(number) == words

    def test_say_how_many_are_not_shown(self) -> None:
        assert bounded_difference(12, 12) == ""
        assert bounded_difference(49, 12) == "37"
        assert bounded_difference(1001, 12) == "1,000+"

    def test_list_names(self) -> None:
        assert listed(["A"]) == "A"
        assert listed(["A", "B", "C"]) == "A, B and C"
        assert listed(list("ABCDE"), most=2) == "A, B and 3 more"


class TestSection:
    def test_says_that_nothing_is_recorded(self) -> None:
        empty = section(Question.EVIDENCE, [], nothing="No evidence.")
        assert empty.is_unknown
        assert texts(empty.statements) == ["No evidence."]

    def test_is_known_when_one_statement_is(self) -> None:
        assert not section(Question.RISK, [unknown("x"), Statement(text="y")], nothing="").is_unknown

    def test_orders_by_time_and_keeps_the_undated_last(self) -> None:
        late, early = Statement(text="b", at=NOON), Statement(text="a", at=NOON - timedelta(days=1))
        assert texts(in_order([Statement(text="c"), late, early])) == ["a", "b", "c"]


class TestWhatHappened:
    def test_tells_reports_and_lines_as_they_occurred(self) -> None:
        facts = RecordFacts(said=[said("He left", hours=1), said("He came", hours=-1)], said_total=2)
        told = what_happened("A threat.", "Hamburg", facts, Surroundings(arrivals=[arrival()]), ANCHORS)
        assert texts(told.statements) == [
            "A threat.", "Ana: He came", "Report (the web form): “Threat”", "Ana: He left", "Place: Hamburg",
        ]  # fmt: skip
        assert told.statements[0].weight == Weight.LEAD

    def test_states_lateness(self) -> None:
        facts = RecordFacts(said=[said("He came", late=48)], said_total=1)
        around = Surroundings(arrivals=[arrival(first_seen=NOON + timedelta(hours=3))])
        told = what_happened("A threat.", "", facts, around, ANCHORS)
        assert {each.note for each in told.statements} == {"", "recorded 2 days later", "recorded 3 h later"}

    def test_counts_repeats(self) -> None:
        told = what_happened("x", "", NOTHING, Surroundings(arrivals=[arrival(count=1400)]), ANCHORS)
        assert told.statements[1].text == "Report (the web form): “Threat”, arrived 1,400 times"

    def test_names_people_by_their_part(self) -> None:
        people = [
            ("subject", "Subject", "Viktor Hale"),
            ("affected", "Affected", "A. Berg"),
            ("affected", "Affected", "B"),
        ]
        named = [
            Named(entity_id=uuid4(), kind="person", kind_word="Person", value=value, part=part, part_word=word, note="",
                  url="/e")
            for part, word, value in people
        ]  # fmt: skip
        told = what_happened("x", "", NOTHING, Surroundings(named=named), ANCHORS)
        assert texts(told.statements)[1:] == [
            "Affected: A. Berg (person) and B (person)",
            "Subject: Viktor Hale (person)",
        ]

    def test_says_that_there_is_no_summary(self) -> None:
        told = what_happened(" ", "", NOTHING, NOBODY, ANCHORS)
        assert told.is_unknown

    def test_says_what_is_left_out(self) -> None:
        facts = RecordFacts(said=[said()], said_total=1001, notes_total=37, signals_total=3)
        told = what_happened("x", "", facts, Surroundings(arrivals=[arrival()]), ANCHORS)
        assert told.more == (
            "In the timeline, not shown here: 2 more signals, 1,000+ more events and updates, 37 notes"
        )  # fmt: skip


class TestWhoKnew:
    def test_tells_who_came_to_know_in_order(self) -> None:
        holder = Holder(name="Ravi", role="Commander", since=NOON + timedelta(hours=1), until=None, version=9)
        insider = Insider(
            name="Hanna", since=NOON + timedelta(hours=2), until=NOON + timedelta(hours=3), let_in_by="Leo",
            reason="HR",
        )  # fmt: skip
        took = Change(
            id=11, action="briefing.exported", at=NOON + timedelta(hours=4), actor="Sam", subject_id=uuid4(), fields={}
        )
        facts = RecordFacts(insiders=[insider], insiders_total=1, exports=[took])
        around = Surroundings(arrivals=[arrival(first_seen=NOON - timedelta(hours=1))])
        told = who_knew(OPENED, "Readable by all", [holder], facts, around, ANCHORS)
        assert texts(told.statements)[:6] == [
            "Report received (the web form)", "Ana Analyst opened the incident", "Ravi joined as commander",
            "Hanna was let in by Leo, until 22 Nov 2026, 15:00: HR", "Sam took these answers away as PDF",
            "Readable by all",
        ]  # fmt: skip
        assert told.statements[4].url == "/incidents/INC-2026-0142#entry-11"

    def test_does_not_pretend_to_know_who_was_notified(self) -> None:
        told = who_knew(OPENED, "", [], NOTHING, NOBODY, ANCHORS)
        assert told.statements[-1].weight == Weight.UNKNOWN
        assert "No notification that told of this is recorded" in told.statements[-1].text

    def test_tells_who_was_notified_beside_who_read_it(self) -> None:
        lookers = [
            Looker(name="Priya", since=NOON, last=NOON, times=1, by_glass=False, told=True),
            Looker(name="Priya", since=NOON + timedelta(hours=1), last=NOON, times=1, by_glass=False),
        ]
        told = who_knew(OPENED, "", [], RecordFacts(lookers=lookers), NOBODY, ANCHORS)
        assert [each.sentence for each in told.statements if each.person == "Priya"] == [
            "Priya was notified of it", "Priya read it",
        ]  # fmt: skip
        assert not [each for each in told.statements if each.weight == Weight.UNKNOWN]

    def test_says_once_that_a_commander_was_let_in(self) -> None:
        holder = Holder(name="Ravi", role="Commander", since=NOON, until=None, version=9)
        insider = Insider(name="Ravi", since=NOON, until=None, let_in_by="Sam", reason="Commander")
        told = who_knew(OPENED, "", [holder], RecordFacts(insiders=[insider], insiders_total=1), NOBODY, ANCHORS)
        assert [each.sentence for each in told.statements if each.person == "Ravi"] == [
            "Ravi joined as commander (let in by Sam)"
        ]

    def test_counts_how_often_somebody_took_a_print(self) -> None:
        took = Change(id=11, action="briefing.exported", at=NOON, actor="Sam", subject_id=uuid4(), fields={"times": 4})
        told = who_knew(OPENED, "", [], RecordFacts(exports=[took]), NOBODY, ANCHORS)
        assert told.statements[1].sentence == "Sam took these answers away as PDF (4 times, first then)"

    def test_names_the_founder_once(self) -> None:
        founder = Insider(name="Ana Analyst", since=NOON, until=None, let_in_by="Ana Analyst", reason="")
        told = who_knew(OPENED, "", [], RecordFacts(insiders=[founder], insiders_total=1), NOBODY, ANCHORS)
        assert [each.person for each in told.statements].count("Ana Analyst") == 1


class TestWhatCameWithoutAnAccount:
    """No line tells a time of day that nobody keeps."""

    DAY = NOON.replace(hour=0)

    def test_a_report_has_the_day_alone_and_no_delay(self) -> None:
        sent = arrival(occurred_at=self.DAY, first_seen=self.DAY)
        told = arrival(occurred_at=self.DAY - timedelta(hours=5), first_seen=self.DAY)
        around = Surroundings(arrivals=[arrival(), sent, told])
        found = [
            each for each in what_happened("", "", NOTHING, around, ANCHORS).statements if each.url == "/signals/1"
        ]
        assert sorted((each.only_day, each.note) for each in found) == [(False, ""), (False, ""), (True, "")]

    def test_what_a_reporter_did_is_dated_to_the_day(self) -> None:
        wrote = Change(
            id=9, action="thread.message_received", at=self.DAY, actor="Reporter", subject_id=uuid4(), fields={}
        )
        facts = RecordFacts(changes=[wrote], changes_total=1)
        assert [each.only_day for each in what_was_done(facts, {}, ANCHORS).statements] == [True]


class TestEvidence:
    def test_tells_hash_receipt_and_custody(self) -> None:
        told = evidence(
            Surroundings(exhibits=[exhibit(viewed=2, downloaded=1, exported=3)], exhibits_total=4)
        ).statements[0]
        assert told.text == "Exhibit 1: door.png (2.0\xa0kB), received by Ravi"
        assert (told.raw, told.note) == ("SHA-256 " + "ab" * 32, "viewed 2 times, downloaded once, exported 3 times")

    def test_tells_a_thing_without_a_hash_and_only_the_day_of_what_came_without_an_account(self) -> None:
        thing, sent = exhibit(sha256="", size=0), exhibit(only_day_known=True)
        told = evidence(Surroundings(exhibits=[thing, sent], exhibits_total=2)).statements
        assert (told[0].text, told[0].raw) == ("Exhibit 1: door.png (a thing), received by Ravi", "")
        assert [each.only_day for each in told] == [False, True]

    def test_keeps_a_withdrawn_exhibit_in_sight(self) -> None:
        gone = exhibit(withdrawn_by="Leo", withdrawn_at=NOON, withdrawal_reason="Wrong file")
        told = evidence(Surroundings(exhibits=[gone], exhibits_total=1)).statements[0]
        assert told.text.endswith("Withdrawn by Leo on 22 Nov 2026, 12:00: Wrong file")

    def test_says_what_is_left_out(self) -> None:
        assert evidence(Surroundings(exhibits=[exhibit()], exhibits_total=4)).more == "Not shown here: 3 more exhibits"

    def test_says_that_there_is_none(self) -> None:
        assert evidence(NOBODY).is_unknown


class TestWhatWasDone:
    def test_uses_the_words_of_the_timeline(self) -> None:
        change = Change(
            id=5,
            action="task.waived",
            at=NOON,
            actor="Sam",
            subject_id=uuid4(),
            fields={"title": "Locks", "reason": "Sold"},
        )
        told = what_was_done(RecordFacts(task_changes=[change], task_changes_total=1), {}, ANCHORS)
        assert texts(told.statements) == ["Sam waived the task “Locks”: Sold"]
        assert told.statements[0].url.endswith("#entry-5")

    def test_says_how_many_changes_are_not_shown(self) -> None:
        assert "37 earlier changes" in what_was_done(RecordFacts(changes_total=37), {}, ANCHORS).more

    def test_puts_approvals_last_also_when_nothing_was_done(self) -> None:
        told = what_was_done(NOTHING, {}, ANCHORS, approvals=[unknown("Nobody approved.")])
        assert texts(told.statements) == ["No action has been recorded yet.", "Nobody approved."]


def known(name: str, days: int, **more: Any) -> KnownRecord:
    values: dict[str, Any] = {
        "kind_word": "incident", "name": name, "title": "Shouting", "status_word": "Closed", "url": f"/{name}",
        "since": NOON - timedelta(days=days),
    }  # fmt: skip
    return KnownRecord(**values | more)


class TestLinkedBefore:
    def tie(self, other: UUID, kind: str = "handled_in", *, outgoing: bool = True) -> Tie:
        return Tie(
            kind=kind, outgoing=outgoing, other_kind="case", other_id=other, other_name="CASE-1", reason="", since=NOON
        )

    def test_tells_the_earlier_concerns_first(self) -> None:
        first, second, tied = uuid4(), uuid4(), uuid4()
        shared = [
            Shared(record_kind="incident", record_id=second, since=NOON, values=("Viktor Hale", "HH-AB 1")),
            Shared(record_kind="incident", record_id=first, since=NOON, values=("Viktor Hale",)),
        ]
        around = Surroundings(shared=shared, known={first: known("INC-1", 300), second: known("INC-2", -1)})
        told = linked_before(NOON, RecordFacts(ties=[self.tie(tied)], ties_total=1), around)
        assert texts(told.statements) == [
            "Incident INC-1 “Shouting” (closed) already named Viktor Hale",
            "This is handled in CASE-1",
            "Since then, incident INC-2 “Shouting” (closed) names Viktor Hale and HH-AB 1 too",
        ]

    def test_leaves_out_what_the_reader_may_not_see(self) -> None:
        hidden = Shared(record_kind="case", record_id=uuid4(), since=NOON, values=("Viktor Hale",))
        told = linked_before(NOON, NOTHING, Surroundings(shared=[hidden]))
        assert told.is_unknown
        assert told.more == ""

    @pytest.mark.parametrize(
        ("kind", "words"),
        [("handled_in", "This handles"), ("raised", "This was raised by"), ("related", "This is related to")],
    )
    def test_reads_a_link_from_its_other_end(self, kind: str, words: str) -> None:
        other = uuid4()
        facts = RecordFacts(ties=[self.tie(other, kind, outgoing=False)], ties_total=1)
        told = linked_before(NOON, facts, Surroundings(known={other: known("INC-1", 1)}))
        assert told.statements[0].text == f"{words} incident INC-1 “Shouting” (closed)"

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (3, "There may be more signals that name the same people or things."),
            (11, "Not shown here: 3 or more that name the same people or things"),
        ],
    )
    def test_never_gives_a_bounded_number_as_an_exact_one(self, number: int, words: str) -> None:
        ids = [uuid4() for _ in range(number)]
        shared = [Shared(record_kind="signal", record_id=each, since=NOON, values=("10.0.0.1",)) for each in ids]
        around = Surroundings(shared=shared, shared_more=True, known={each: known("INC-1", 1) for each in ids})
        assert linked_before(NOON, NOTHING, around).more == words

    def test_names_a_record_once(self) -> None:
        other = uuid4()
        shared = [Shared(record_kind="incident", record_id=other, since=NOON, values=("Viktor Hale",))]
        around = Surroundings(shared=shared, known={other: known("INC-1", 1)})
        assert len(linked_before(NOON, RecordFacts(ties=[self.tie(other)], ties_total=1), around).statements) == 1


class TestRisk:
    def task(self, title: str, **more: Any) -> OpenTask:
        values: dict[str, Any] = {"owner": "Ravi", "due_at": None, "created_at": NOON, "version": 3}
        return OpenTask(title=title, **values | more)

    def test_points_at_late_and_unowned_tasks(self) -> None:
        tasks = [
            self.task("Locks", due_at=NOON - timedelta(hours=1)), self.task("Guard", owner=""), self.task("Report"),
        ]  # fmt: skip
        told = open_task_gaps(RecordFacts(tasks=tasks, tasks_total=9), NOON, ANCHORS)
        assert texts(told) == [
            "Task overdue since 22 Nov 2026, 11:00: “Locks” (owner: Ravi)", "Task without an owner: “Guard”",
            "Other open tasks: 7",
        ]  # fmt: skip
        assert [each.weight for each in told] == [Weight.GAP, Weight.GAP, Weight.FACT]

    def test_never_reassures_by_silence(self) -> None:
        assert risk([]).is_unknown
