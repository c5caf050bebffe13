# SPDX-License-Identifier: Apache-2.0
"""The pages, as people of different roles open them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.paging import encode_cursor
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.closing import close_incident
from longwatch.incidents.services.responding import add_responder
from longwatch.intake.models import Signal, SignalStatus
from longwatch.records.models import EntryKind, Task, TimelineEntry
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry, correct_entry, pin_entry
from tests.incidents.cast_incidents import as_seen, opened, signals
from tests.incidents.visiting import few_statements, page, signed_in
from tests.personas import Cast


@pytest.fixture
def full(cast: Cast) -> Incident:
    """An incident with something in every part of its page."""
    due = clock.now() + timedelta(hours=1)
    incident = opened(
        cast, signal_ids=signals(cast, 2), place="North gate", latitude=59.1, longitude=11.4,
        commander_id=cast.analyst.id, next_action="Call the guard", next_action_due=due,
        summary="Somebody forced the door.",
    )  # fmt: skip
    ref = incident_ref(incident)
    with acting_as(cast.analyst):
        first = add_entry(ref, kind=EntryKind.NOTE, text="It was <b>open</b>", by=cast.analyst)
        pin_entry(ref, first.id, pinned=True, by=cast.analyst)
        earlier = clock.now() - timedelta(days=2)
        second = add_entry(ref, kind=EntryKind.EVENT, text="Wrong", occurred_at=earlier, by=cast.analyst)
        correct_entry(ref, second.id, text="Right", by=cast.analyst)
        add_task(ref, title="Repair the door", owner_id=cast.responder.id, due_at=due, by=cast.analyst)
        add_mention(ref, kind="vehicle", value="AB 123", part="scene", by=cast.analyst)
        add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
    return incident


class TestReadingPages:
    """Every page that only shows."""

    @pytest.mark.parametrize("name", ["board", "board-rows", "list", "open", "add-signals"])
    def test_shows_the_general_ones_in_few_statements(self, cast: Cast, full: Incident, name: str) -> None:
        client = signed_in(cast, "analyst")
        with few_statements():
            assert client.get(reverse(f"incidents:{name}")).status_code == 200

    @pytest.mark.parametrize(
        "name",
        [
            "incident", "head", "side", "signals", "tasks", "evidence", "links", "timeline", "severity", "command",
            "responder-new", "amend", "next-action", "relate", "close", "reopen", "merge", "task-new",
        ],
    )  # fmt: skip
    def test_shows_those_of_an_incident_in_few_statements(self, cast: Cast, full: Incident, name: str) -> None:
        client = signed_in(cast, "analyst")
        with few_statements():
            assert client.get(page(full, name)).status_code == 200

    def test_prints(self, cast: Cast, full: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(full, "print")).content.decode()
        assert "Repair the door" in text
        assert "AB 123" in text

    def test_shows_what_somebody_wrote_as_text(self, cast: Cast, full: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(full)).content.decode()
        assert "It was &lt;b&gt;open&lt;/b&gt;" in text
        assert "recorded 2 days later" in text
        assert "Corrected since." in text

    @pytest.mark.parametrize("name", ["hr", "auditor", "administrator", "reporter", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, full: Incident, name: str) -> None:
        client = signed_in(cast, name)
        assert client.get(page(full)).status_code == 404
        assert full.title not in client.get(reverse("incidents:board")).content.decode()

    def test_hides_a_restricted_incident_everywhere(self, cast: Cast) -> None:
        secret = opened(cast, restricted=True, title="Quiet matter")
        client = signed_in(cast, "supervisor")
        for address in (reverse("incidents:board"), reverse("incidents:list"), reverse("incidents:list") + "?q=quiet"):
            assert "Quiet matter" not in client.get(address).content.decode()
        for name in ("incident", "head", "side", "print", "timeline", "close"):
            assert client.get(page(secret, name)).status_code == 404

    def test_asks_strangers_to_sign_in(self, cast: Cast, full: Incident) -> None:
        assert Client().get(page(full)).status_code == 302


class TestBoard:
    """The board's order and its empty state"""

    def test_puts_what_needs_a_hand_first(self, cast: Cast) -> None:
        late = clock.now() - timedelta(minutes=5)
        opened(cast, title="Calm", severity=4, commander_id=cast.analyst.id)
        opened(cast, title="Late", severity=1, commander_id=cast.analyst.id, next_action="Call", next_action_due=late)
        opened(cast, title="Unowned", severity=0)
        text = signed_in(cast, "responder").get(reverse("incidents:board")).content.decode()
        assert text.index(">Unowned<") < text.index(">Late<") < text.index(">Calm<")

    def test_says_when_it_was_loud_last(self, cast: Cast) -> None:
        client = signed_in(cast, "analyst")
        assert "No incident is open" in client.get(reverse("incidents:board")).content.decode()
        incident = opened(cast)
        with acting_as(cast.analyst):
            close_incident(incident.id, disposition="benign", summary="Wind", case_answer="no", by=cast.analyst)
        assert "Last incident closed just now." in client.get(reverse("incidents:board")).content.decode()


class TestList:
    """The list's filters and pages"""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=gat", True), ("q=north+gate", True), ("q=south", False), ("status=open", True),
            ("status=closed", False), ("severity=4", False), ("severity=3", True), ("category=FA", True),
            ("category=CY", False),
            ("commander=nobody", True), ("commander=me", False), ("q=%27+OR+1", False),
        ],
    )  # fmt: skip
    def test_narrows(self, cast: Cast, query: str, found: bool) -> None:
        incident = opened(cast)
        text = signed_in(cast, "analyst").get(f"{reverse('incidents:list')}?{query}").content.decode()
        assert (incident.title in text) is found

    def test_pages(self, cast: Cast) -> None:
        for number in range(52):
            opened(cast, title=f"Number {number}")
        client = signed_in(cast, "analyst")
        first = client.get(reverse("incidents:list"))
        older = client.get(reverse("incidents:list"), {"after": first.context["page"].next_cursor})
        assert [row.title for row in older.context["page"].rows] == ["Number 1", "Number 0"]

    @pytest.mark.parametrize("cursor", ["x", encode_cursor(["yesterday", "1"]), encode_cursor(["2026-01-01", "1"])])
    def test_refuses_a_made_up_cursor(self, cast: Cast, cursor: str) -> None:
        answer = signed_in(cast, "analyst").get(reverse("incidents:list"), {"after": cursor})
        assert answer.status_code == 422


class TestOpening:
    """The form for a new incident"""

    def test_fills_itself_from_signals(self, cast: Cast) -> None:
        ids = signals(cast, 2, title="Tailgating at gate 4", place="Gate 4")
        client = signed_in(cast, "analyst")
        form = client.get(reverse("incidents:open"), {"signal": [str(one) for one in ids]}).context["form"]
        assert (form["title"].value(), form["place"].value()) == ("Tailgating at gate 4", "Gate 4")
        sent = {"title": "Tailgating", "category": "FA-02", "signals": form["signals"].value()}
        answer = client.post(reverse("incidents:open"), sent)
        assert answer.status_code == 302
        with acting_as(cast.analyst):
            assert Incident.objects.get().title == "Tailgating"

    def test_keeps_what_was_typed_when_something_is_missing(self, cast: Cast) -> None:
        answer = signed_in(cast, "analyst").post(reverse("incidents:open"), {"title": "Typed", "visibility": "open"})
        assert answer.status_code == 422
        assert 'value="Typed"' in answer.content.decode()

    def test_is_not_there_for_responders(self, cast: Cast) -> None:
        assert signed_in(cast, "responder").get(reverse("incidents:open")).status_code == 404

    def test_adds_signals_to_an_open_incident(self, cast: Cast) -> None:
        incident, ids = opened(cast), signals(cast)
        client = signed_in(cast, "analyst")
        sent = {"signal": str(ids[0]), "incident": incident.reference}
        answer = client.post(reverse("incidents:add-signals"), sent | {"next": "//elsewhere.test"})
        assert answer["Location"] == page(incident)
        assert client.get(page(incident, "signals")).content.decode().count('class="tie"') == 1


class TestWorking:
    """What people do on an incident's page"""

    def test_walks_from_reported_to_closed(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "analyst")
        for step in ("triage", "active", "stabilized"):
            assert client.post(page(incident, "status", status=step)).status_code == 302
        client.post(page(incident, "take-command"))
        client.post(page(incident, "severity"), {"severity": "4", "reason": "Armed"})
        client.post(page(incident, "next-action"), {"next_action": "Call", "next_action_due": "2026-11-22T10:00"})
        client.post(page(incident, "responder-new"), {"account": str(cast.responder.id), "role": "scribe"})
        answer = client.post(page(incident, "close"), {"disposition": "benign", "summary": "Wind", "case_answer": "no"})
        assert answer.status_code == 302
        seen = as_seen(incident, cast.analyst)
        assert (seen.status, seen.severity, seen.next_action) == ("closed", 4, "Call")
        assert seen.commander_id == cast.analyst.id
        client.post(page(incident, "reopen"), {"reason": "Again"})
        assert as_seen(incident, cast.analyst).status == "triage"

    @pytest.mark.parametrize("name", ["incident", "print"])
    def test_a_skipped_stage_does_not_look_like_one_that_was(self, cast: Cast, name: str) -> None:
        incident = opened(cast)
        client = signed_in(cast, "analyst")
        client.post(page(incident, "status", status="triage"))
        client.post(page(incident, "close"), {"disposition": "benign", "summary": "Wind", "case_answer": "no"})
        shown = client.get(page(incident, name)).content.decode()
        assert shown.count("(skipped)") == 2
        if name == "incident":
            assert (shown.count('"step step-skipped"'), shown.count('"step step-done"')) == (2, 2)

    def test_answers_for_a_start_that_a_case_handles_it(self, cast: Cast) -> None:
        incident, client = opened(cast), signed_in(cast, "analyst")

        def chosen() -> list[bool]:
            parts = client.get(page(incident, "close")).content.decode().split("<input")[1:]
            inputs = [each.partition(">")[0] for each in parts]
            return ["checked" in each for each in inputs if 'name="case_answer"' in each]

        before = chosen()
        with acting_as(cast.analyst):
            open_case(title="The door", type="other", incident_ids=[incident.id], by=cast.analyst)
        assert (before, chosen()) == ([False, False, False], [False, False, True])

    def test_shows_beside_the_field_what_closing_misses(self, cast: Cast) -> None:
        incident = opened(cast)
        answer = signed_in(cast, "analyst").post(page(incident, "close"), {"disposition": "", "summary": ""})
        assert answer.status_code == 422
        assert "Choose how it ended." in answer.content.decode()

    def test_offers_responders_no_closing(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "responder")
        assert "Close…" not in client.get(page(incident)).content.decode()
        assert client.get(page(incident, "close")).status_code == 403

    def test_merges(self, cast: Cast) -> None:
        source, target = opened(cast), opened(cast)
        client = signed_in(cast, "analyst")
        assert client.post(page(source, "merge"), {"other": "INC-1999-0001"}).status_code == 422
        assert client.post(page(source, "merge"), {"other": target.reference.lower()}).status_code == 302
        assert "became part of another" in client.get(page(source)).content.decode()


class TestTakingASignalOut:
    def test_offers_the_way_back(self, cast: Cast) -> None:
        (signal_id,) = signals(cast, title="Beacon out")
        incident = opened(cast, signal_ids=[signal_id])
        client = signed_in(cast, "analyst")
        answer = client.post(reverse("incidents:signal-release", args=[incident.reference, signal_id]), follow=True)
        undo = reverse("incidents:signal-return", args=[incident.reference, signal_id])
        assert f'action="{undo}"' in answer.content.decode()
        client.post(undo)
        with acting_as(cast.analyst):
            assert Signal.objects.get(id=signal_id).status == SignalStatus.IN_INCIDENT


class TestWriting:
    """The composer, tasks and people"""

    def test_writes_with_and_without_scripts(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "responder")
        assert client.post(page(incident, "entries"), {"kind": "update", "text": "All out"}).status_code == 302
        part = client.post(page(incident, "entries"), {"text": "Second"}, headers={"HX-Request": "true"})
        assert "All out" in part.content.decode()
        assert "<html" not in part.content.decode()

    def test_refuses_an_empty_note_and_the_future(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "analyst")
        for sent in ({"text": " "}, {"text": "x", "occurred_at": "2199-01-01T00:00"}):
            assert client.post(page(incident, "entries"), sent).status_code == 422

    def test_pins_and_corrects(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "analyst")
        client.post(page(incident, "entries"), {"text": "Wrong"})
        with acting_as(cast.analyst):
            entry = TimelineEntry.objects.get()
        client.post(page(incident, "entry-pin", entry_id=entry.id), {"pinned": "yes"})
        assert client.get(page(incident, "entry-correction", entry_id=entry.id)).status_code == 200
        client.post(page(incident, "entry-correction", entry_id=entry.id), {"text": "Right"})
        text = client.get(page(incident)).content.decode()
        assert "What it said before" in text

    def test_keeps_tasks(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "analyst")
        client.post(page(incident, "entries"), {"kind": "task", "text": "Repair it"})
        with acting_as(cast.analyst):
            task = Task.objects.get()
        for name, sent in (
            ("task-assignment", {"owner": str(cast.responder.id)}), ("task-completion", {}), ("task-reopening", {}),
            ("task-waiver", {"note": "Not ours"}),
        ):  # fmt: skip
            assert client.post(page(incident, name, task_id=task.id), sent).status_code == 302
        assert client.post(page(incident, "task-completion", task_id=task.id)).status_code == 409
        assert "Not ours" in client.get(page(incident, "tasks")).content.decode()

    def test_names_people(self, cast: Cast) -> None:
        incident = opened(cast)
        client = signed_in(cast, "responder")
        sent = {"kind": "person", "value": "Jo March", "part": "witness"}
        part = client.post(page(incident, "mentions"), sent, headers={"HX-Request": "true"})
        assert "Jo March" in part.content.decode()
        wrong = client.post(page(incident, "mentions"), {"kind": "person"}, headers={"HX-Request": "true"})
        assert wrong.status_code == 422


class TestLongTimeline:
    """A timeline of ten thousand lines"""

    def test_offers_the_rest_of_a_long_note(self, cast: Cast, full: Incident) -> None:
        with acting_as(cast.analyst):
            add_entry(incident_ref(full), kind=EntryKind.NOTE, text="Seen again. " * 200, by=cast.analyst)
        text = signed_in(cast, "analyst").get(page(full)).content.decode()
        assert text.count('<span class="event-all">Show all</span>') == 1

    @pytest.mark.slow
    def test_pages_through_without_losing_or_repeating(self, cast: Cast) -> None:
        incident = opened(cast)
        _write_many(cast, incident, 10_000)
        client = signed_in(cast, "analyst")
        with few_statements():
            reading = client.get(page(incident)).context["reading"]
        seen = [shown.line.id for shown in reading.lines]
        for _turn in range(3):
            reading = client.get(page(incident), {"after": reading.page.next_cursor}).context["reading"]
            seen += [shown.line.id for shown in reading.lines]
        assert len(seen) == len(set(seen)) == 200


def _write_many(cast: Cast, incident: Incident, count: int) -> None:
    """Lines as the service writes them, in few statements: each with the entry about it."""
    values: dict[str, Any] = {
        "count": count, "org": incident.org_id, "record": incident.id, "compartment": incident.compartment_id,
        "actor": cast.analyst.id,
    }  # fmt: skip
    with acting_as(cast.analyst), connection.cursor() as cursor:
        cursor.execute(
            """
            insert into ledger_entry (org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
              operation_id, leaf, leaf_hash)
            select %(org)s, 'timeline.entry_added', gen_random_uuid(), %(record)s, %(compartment)s, 'account',
              %(actor)s, 'test', gen_random_uuid(), ''::bytea, sha256('\\x00') from generate_series(1, %(count)s)
            """,
            values,
        )
        cursor.execute(
            """
            insert into records_timeline_entry (id, org_id, compartment_id, record_kind, record_id, kind, text,
              occurred_at, recorded_at, author_id, author_label, pinned, version)
            select subject_id, %(org)s, %(compartment)s, 'incident', %(record)s, 'note',
              'Line ' || row_number() over (order by id), now() - row_number() over (order by id) * interval '1 min',
              now(), %(actor)s, 'Ana', false, id
              from ledger_entry where record_id = %(record)s and via = 'test'
            """,
            values,
        )
