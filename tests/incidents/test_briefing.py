# SPDX-License-Identifier: Apache-2.0
"""The six questions about an incident: what they hold, for whom, at what cost."""

import hashlib
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents import selectors
from longwatch.incidents.briefing import incident_briefing
from longwatch.incidents.models import Incident
from longwatch.incidents.services.closing import close_incident
from longwatch.incidents.services.moving import change_severity, change_status
from longwatch.incidents.services.responding import take_command
from longwatch.records.briefing import Briefing, Section, Weight
from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import add_task, finish_task
from longwatch.records.services.timeline import add_entry
from tests.incidents.cast_incidents import opened, signals, told
from tests.personas import Cast
from tests.records.counting import statements

MOST_STATEMENTS = 10
WIDE = ("signal:read", "evidence:read", "case:read")
OF_OTHER_KINDS = ("Alert (Sensor", "door.png", "Grudge")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def evidence_directory(tmp_path: Path, settings: LazySettings) -> None:
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """One with a past: two signals, entries, a task, an exhibit, a commander."""
    found = opened(
        cast, title="Threat to A. Berg", summary="He named a day.", place="Hamburg", signal_ids=signals(cast, 2)
    )
    record = selectors.incident_ref(found)
    with acting_as(cast.analyst):
        add_entry(record, kind=EntryKind.EVENT, text="He came", occurred_at=clock.now() - 2 * DAY, by=cast.analyst)
        add_entry(record, kind=EntryKind.NOTE, text="A mere note", by=cast.analyst)
        task = add_task(record, title="Change the locks", by=cast.analyst)
        finish_task(record, task.id, resolution="All four", by=cast.analyst)
        add_task(record, title="Tell the guards", due_at=clock.now() - DAY, by=cast.analyst)
        upload: Any = SimpleUploadedFile("door.png", b"\x89PNG")
        add_exhibit(record, upload, by=cast.analyst)
        change_severity(found.id, severity=4, reason="He has a key", by=cast.analyst)
        take_command(found.id, by=cast.analyst)
    return found


def seen(incident: Incident, by: Actor) -> Briefing:
    """The briefing as somebody reads it."""
    with acting_as(by):
        return incident_briefing(selectors.incident_by_reference(incident.reference), by=by)


def section(briefing: Briefing, key: str) -> Section:
    return next(each for each in briefing.sections if each.question == key)


def sentences(briefing: Briefing, key: str) -> list[str]:
    return [each.sentence for each in section(briefing, key).statements]


def as_person(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


class TestIncidentBriefing:
    def test_tells_what_happened(self, cast: Cast, incident: Incident) -> None:
        told = sentences(seen(incident, cast.analyst), "happened")
        assert told[0] == "He named a day."
        assert told[1] == "Ana Analyst: He came (recorded 2 days later)"
        assert len([each for each in told if each.startswith("Alert (Sensor")]) == 2
        assert told[-2:] == ["Place: Hamburg", "Subject: John Doe (person)"]
        assert "A mere note" not in str(told)

    def test_tells_which_stages_were_skipped(self, cast: Cast, incident: Incident) -> None:
        with acting_as(cast.analyst):
            moved = change_status(incident.id, "stabilized", by=cast.analyst)
            assert ("Skipped", "Triage, Active") in incident_briefing(moved, by=cast.analyst).subject.facts

    def test_tells_who_knew(self, cast: Cast, incident: Incident) -> None:
        told = sentences(seen(incident, cast.analyst), "knew")
        assert [each for each in told if each.startswith("Ana")] == [
            "Ana Analyst opened the incident", "Ana Analyst joined as commander",
        ]  # fmt: skip
        readers = "analyst, dispatcher, intelligence analyst, investigator, responder, supervisor"
        assert f"Readable by everybody in Operations ({readers})" in told
        assert told[-1].startswith("Unknown: who was notified")

    def test_tells_the_evidence(self, cast: Cast, incident: Incident) -> None:
        told = section(seen(incident, cast.analyst), "evidence").statements[0]
        assert told.text.startswith("Exhibit 1: door.png")
        assert told.raw == "SHA-256 " + hashlib.sha256(b"\x89PNG").hexdigest()

    def test_tells_what_was_done_and_by_whom(self, cast: Cast, incident: Incident) -> None:
        told = sentences(seen(incident, cast.analyst), "done")
        assert "Ana Analyst finished the task “Change the locks”: All four" in told
        assert any("to critical: He has a key" in each for each in told)
        assert told[-1].startswith("Unknown: whether anybody approved")

    def test_tells_what_risk_remains(self, cast: Cast, incident: Incident) -> None:
        told = section(seen(incident, cast.analyst), "risk").statements
        assert told[0].text == "Severity is critical: He has a key"
        assert [each.text.partition(" ")[0] for each in told if each.weight == Weight.GAP] == ["No", "Task"]
        assert told[-1].weight == Weight.UNKNOWN

    def test_tells_how_it_ended(self, cast: Cast, incident: Incident) -> None:
        with acting_as(cast.analyst):
            close_incident(
                incident.id, disposition="contained", summary="Locks changed.", case_answer="no", by=cast.analyst
            )
        told = sentences(seen(incident, cast.analyst), "risk")
        assert told[:2] == ["Closed as: Contained", "Closing summary: Locks changed."]

    def test_names_earlier_concerns_about_the_same_man(self, cast: Cast, incident: Incident) -> None:
        later = opened(cast, title="He is back", signal_ids=signals(cast, 1, rule="other"))
        told = section(seen(later, cast.analyst), "before").statements
        assert told[0].text.startswith(f"Incident {incident.reference} “Threat to A. Berg”")
        assert told[0].text.endswith("already named John Doe")
        assert len(told) == 1
        assert told[0].url == f"/incidents/{incident.reference}"

    def test_leads_from_every_change_to_its_entry(self, cast: Cast, incident: Incident) -> None:
        briefing = seen(incident, cast.analyst)
        page = as_person(cast, "analyst").get(f"/incidents/{incident.reference}").content.decode()
        done = [each for each in section(briefing, "done").statements if each.url]
        assert len(done) >= 2
        for each in done:
            assert f'id="{each.url.partition("#")[2]}"' in page


class TestAccess:
    def test_a_case_shows_to_its_members_only(self, cast: Cast, incident: Incident) -> None:
        with acting_as(cast.investigator):
            case = open_case(title="The former driver", type="other", incident_ids=[incident.id], by=cast.investigator)
        member, other = (
            json.dumps(sentences(seen(incident, by), "before")) for by in (cast.investigator, cast.analyst)
        )
        assert f"This is handled in case {case.reference}" in member
        assert "The former driver" in member
        assert case.reference not in other
        assert "case" not in other

    def test_signals_show_to_their_readers_only(self, cast: Cast, incident: Incident) -> None:
        told = json.dumps([sentences(seen(incident, cast.responder), key) for key in ("happened", "knew", "before")])
        assert "Sensor" not in told
        assert "signals" not in section(seen(incident, cast.responder), "happened").more

    @pytest.mark.parametrize("end", ["six-questions", "six-questions.pdf"])
    def test_is_not_there_for_others(self, cast: Cast, incident: Incident, end: str) -> None:
        for name in ("outsider", "hr", "administrator", "auditor", "reporter"):
            assert as_person(cast, name).get(f"/incidents/{incident.reference}/{end}").status_code == 404

    def test_a_restricted_incident_is_not_there(self, cast: Cast) -> None:
        hidden = opened(cast, restricted=True)
        assert as_person(cast, "responder").get(f"/incidents/{hidden.reference}/six-questions").status_code == 404


class TestPage:
    def test_asks_six_questions(self, cast: Cast, incident: Incident) -> None:
        answer = as_person(cast, "analyst").get(f"/incidents/{incident.reference}/six-questions")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert text.count('<h2 id="question-') == 6
        assert "For members of Operations only" in text

    def test_costs_few_statements(self, cast: Cast, incident: Incident) -> None:
        with acting_as(cast.investigator):
            open_case(title="The former driver", type="other", incident_ids=[incident.id], by=cast.investigator)
        with acting_as(cast.analyst):
            add_mention(selectors.incident_ref(opened(cast)), kind="person", value="John Doe", by=cast.analyst)
        client = as_person(cast, "investigator")
        assert statements(client, f"/incidents/{incident.reference}/six-questions") <= MOST_STATEMENTS

    def test_text_is_escaped(self, cast: Cast) -> None:
        found = opened(cast, title="<script>alert(1)</script>", summary="<img src=x>")
        text = as_person(cast, "analyst").get(f"/incidents/{found.reference}/six-questions").content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


class TestPdf:
    def test_is_kept_in_the_ledger_without_changing_the_record(self, cast: Cast, incident: Incident) -> None:
        before = self.version(cast, incident)
        answer = as_person(cast, "responder").get(f"/incidents/{incident.reference}/six-questions.pdf")
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Disposition"] == f'attachment; filename="{incident.reference}-six-questions.pdf"'
        with acting_as(cast.analyst):
            assert told(incident.id)[-1] == "briefing.exported"
        assert self.version(cast, incident) == before

    def test_is_itself_told_in_who_knew(self, cast: Cast, incident: Incident) -> None:
        as_person(cast, "responder").get(f"/incidents/{incident.reference}/six-questions.pdf")
        assert "Ravi Responder took these answers away as PDF" in sentences(seen(incident, cast.analyst), "knew")

    def version(self, cast: Cast, incident: Incident) -> int:
        with acting_as(cast.analyst):
            return selectors.incident(incident.id).version


class TestApi:
    def headers(self, cast: Cast, name: str = "analyst", more: Sequence[str] = ()) -> dict[str, str]:
        actor = cast.actors[name]
        with acting_as(actor):
            permissions = ["incident:read", *more]
            _, text = create_token(account_id=actor.id, label="reads", permissions=permissions, by=actor)
        return {"Authorization": f"Bearer {text}"}

    def test_answers_in_json(self, cast: Cast, incident: Incident) -> None:
        answer = Client().get(f"/api/v1/incidents/{incident.id}/six-questions", headers=self.headers(cast))
        body = answer.json()
        assert answer.status_code == 200
        assert [each["key"] for each in body["sections"]] == ["happened", "knew", "evidence", "done", "before", "risk"]
        assert body["record"]["reference"] == incident.reference
        assert body["sections"][0]["statements"][0]["text"] == "He named a day."

    def test_answers_as_pdf(self, cast: Cast, incident: Incident) -> None:
        answer = Client().get(f"/api/v1/incidents/{incident.id}/six-questions.pdf", headers=self.headers(cast))
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")

    def test_tells_a_narrow_token_nothing_of_other_kinds(self, cast: Cast, incident: Incident) -> None:
        with acting_as(cast.analyst):
            case = open_case(title="Grudge", type="other", incident_ids=[incident.id], by=cast.analyst)
            add_mention(case_ref(case), kind="person", value="John Doe", by=cast.analyst)
        address = f"/api/v1/incidents/{incident.id}"
        whole, narrow = (
            [Client().get(f"{address}{end}", headers=headers).content.decode() for end in ("/six-questions", "/links")]
            for headers in (self.headers(cast, more=WIDE), self.headers(cast))
        )
        assert all(word in "".join(whole) for word in (*OF_OTHER_KINDS, case.reference, str(case.id), '"signal"'))
        assert not [word for word in (*OF_OTHER_KINDS, case.reference, str(case.id), '"signal"') if word in str(narrow)]
        assert "Unknown: the evidence" in narrow[0]

    def test_refuses_without_a_token_and_outside(self, cast: Cast, incident: Incident) -> None:
        address = f"/api/v1/incidents/{incident.id}/six-questions"
        assert Client().get(address).status_code == 401
        assert Client().get(address, headers=self.headers(cast, "outsider")).status_code == 404


class TestLongTimeline:
    """10,000 entries (the budget is 120 ms for the whole page; the margin here is for a busy test machine)."""

    def test_stays_quick_and_counts_honestly(self, cast: Cast, incident: Incident) -> None:
        self.fill(incident, cast)
        with acting_as(cast.analyst):
            found = selectors.incident_by_reference(incident.reference)
            incident_briefing(found, by=cast.analyst)
            started = time.perf_counter()
            briefing = incident_briefing(found, by=cast.analyst)
            taken = time.perf_counter() - started
        happened = section(briefing, "happened")
        assert happened.more == "In the timeline, not shown here: 1,000+ more events and updates, 1,000+ notes"
        assert len(happened.statements) < 20
        assert taken < 0.5

    def fill(self, incident: Incident, cast: Cast) -> None:
        # Straight into the tables: ten thousand calls of the service would take a minute. Each row gets an entry.
        with acting_as(cast.analyst), connection.cursor() as cursor:
            for statement in FILL:
                cursor.execute(statement, {"incident": incident.id, "account": cast.analyst.id,
                                           "org": cast.organisation.id, "compartment": cast.operations.id})  # fmt: skip


FILL = (
    """
insert into ledger_entry (at, org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
                          operation_id, leaf, leaf_hash)
select now() - n * interval '1 second', %(org)s, 'timeline.entry_added', gen_random_uuid(), %(incident)s,
       %(compartment)s, 'account', %(account)s, 'fill', gen_random_uuid(), '\\x00', sha256('\\x0000')
  from generate_series(1, 10000) n
""",
    """
insert into records_timeline_entry (id, org_id, compartment_id, record_kind, record_id, kind, text, occurred_at,
                                    recorded_at, author_id, author_label, pinned, version)
select subject_id, %(org)s, %(compartment)s, 'incident', %(incident)s, (array['note', 'event', 'update'])[1 + n %% 3],
       repeat('He was seen at the gate again. ', 6), now() - n * interval '1 minute', now() - n * interval '1 minute',
       %(account)s, 'Ana Analyst', false, id
  from (select row_number() over (order by id) as n, * from ledger_entry
         where record_id = %(incident)s and via = 'fill') e
""",
)
