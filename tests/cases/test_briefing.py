# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case: what they hold, and for whom."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.oversight import Sight
from longwatch.access.selectors import sections_of
from longwatch.access.services.tokens import create_token
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing
from longwatch.cases.models import Case
from longwatch.cases.services.closure import approve_closure
from longwatch.cases.services.decisions import approve_decision, record_decision
from longwatch.cases.services.findings import add_allegation, record_finding
from longwatch.cases.services.linking import add_signals, link_incident
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import open_section
from longwatch.core.actor import Actor
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.records.briefing import Briefing, Section, Weight
from longwatch.records.models import EntryKind
from longwatch.records.reference import placed
from longwatch.records.services.timeline import add_entry
from tests.cases.material import a_bare_case, an_incident, last_actions, requested
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast
from tests.records.counting import statements

MOST_STATEMENTS = 10


def seen(case: Case, by: Actor) -> Briefing:
    """The briefing as somebody reads it."""
    with acting_as(by):
        return case_briefing(selectors.case_by_reference(case.reference), by=by)


def section(briefing: Briefing, key: str) -> Section:
    return next(each for each in briefing.sections if each.question == key)


def sentences(briefing: Briefing, key: str) -> list[str]:
    return [each.sentence for each in section(briefing, key).statements]


def as_person(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


class TestCaseBriefing:
    def test_tells_allegations_with_their_findings(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            first = add_allegation(case.id, text="He sent letters.", by=cast.lead)
            add_allegation(case.id, text="He has a key.", by=cast.lead)
            record_finding(case.id, first.id, conclusion="substantiated", reasoning="Three letters.", by=cast.lead)
        briefing = seen(case, cast.lead)
        assert "Allegation 1: He sent letters. Substantiated: Three letters." in sentences(briefing, "happened")
        assert "Allegation 2: He has a key. Not answered yet." in sentences(briefing, "happened")
        gaps = [each.text for each in section(briefing, "risk").statements if each.weight == Weight.GAP]
        assert gaps == ["1 allegation or question has no answer yet"]

    def test_tells_who_was_let_in(self, cast: Cast, case: Case) -> None:
        told = sentences(seen(case, cast.lead), "knew")
        assert "Ines Investigator opened the case" in told
        assert "Sam Supervisor was let in by Ines Investigator: Works on it" in told
        assert "Readable by its named members only" in told

    def test_tells_decisions_with_their_approval(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = record_decision(case.id, what="Ban him from the site.", why="He came twice.", by=cast.lead)
        assert any("Why: He came twice. Not approved yet." in each for each in sentences(seen(case, cast.lead), "done"))
        with acting_as(cast.supervisor):
            approve_decision(case.id, decision.id, by=cast.supervisor)
        told = sentences(seen(case, cast.lead), "done")
        assert any(
            each.startswith("Leo Lead decided: Ban him from the site. Why: He came twice. Approved by Sam Supervisor")
            for each in told
        )

    def test_waits_for_a_second_person(self, cast: Cast, case: Case) -> None:
        told = section(seen(requested(case, cast), cast.lead), "done").statements[-1]
        assert told.weight == Weight.GAP
        assert told.text.startswith("The closure that Leo Lead requested on ")

    def test_tells_who_closed_it_and_what_risk_is_left(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
        briefing = seen(case, cast.lead)
        assert sentences(briefing, "done")[-1].startswith(
            "Sam Supervisor approved the closure that Leo Lead requested on"
        )
        assert [each for each in sentences(briefing, "done") if "approved the closure" in each][1:] == []
        assert sentences(briefing, "risk") == [
            "Residual risk is moderate: He lives near the site.", "Nobody keeps watching: no monitoring was decided",
            "Remediation: New locks at the east gate.",
        ]  # fmt: skip
        assert "Root cause: A grievance about a dismissal." in sentences(briefing, "happened")

    def test_says_what_is_not_known_while_it_is_open(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
        briefing = seen(case, cast.investigator)
        assert section(briefing, "happened").is_unknown
        assert section(briefing, "evidence").is_unknown
        assert section(briefing, "before").is_unknown
        told = section(briefing, "risk").statements
        assert [each.weight for each in told] == [Weight.UNKNOWN, Weight.GAP]
        assert told[1].text == "Nobody leads the case"

    def test_names_its_incidents(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.lead):
            link_incident(case.id, incident.id, by=cast.lead)
        told = section(seen(case, cast.lead), "before").statements[0]
        assert told.text == f"This handles incident {incident.reference} “Shouting at the gate” (reported)"
        assert told.url == f"/incidents/{incident.reference}"

    def test_costs_few_statements(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.lead):
            link_incident(case.id, incident.id, by=cast.lead)
        assert statements(as_person(cast, "lead"), f"/cases/{case.reference}/six-questions") <= MOST_STATEMENTS


class TestAccess:
    @pytest.mark.parametrize("end", ["six-questions", "six-questions.pdf"])
    def test_is_there_for_members_only(self, cast: Cast, case: Case, end: str) -> None:
        assert as_person(cast, "analyst").get(f"/cases/{case.reference}/{end}").status_code == 200
        for name in ("responder", "hr", "counsel", "outsider", "administrator", "auditor"):
            assert as_person(cast, name).get(f"/cases/{case.reference}/{end}").status_code == 404

    def test_incidents_show_to_their_readers_only(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            hidden = an_incident(cast, restricted=True)
            link_incident(case.id, hidden.id, by=cast.analyst)
        assert hidden.reference in json.dumps(sentences(seen(case, cast.analyst), "before"))
        other = section(seen(case, cast.lead), "before")
        assert hidden.reference not in json.dumps([each.sentence for each in other.statements])
        assert other.more == ""


class TestPage:
    def test_leads_to_the_timeline(self, cast: Cast, case: Case) -> None:
        client = as_person(cast, "lead")
        text = client.get(f"/cases/{case.reference}/six-questions").content.decode()
        assert text.count('<h2 id="question-') == 6
        done = [each for each in section(seen(case, cast.lead), "done").statements if each.url]
        page = client.get(done[0].url.partition("#")[0]).content.decode()
        for each in done:
            assert f'id="{each.url.partition("#")[2]}"' in page

    def test_finds_an_old_entry_in_a_long_timeline(self, cast: Cast, case: Case) -> None:
        record = selectors.case_ref(case)
        with acting_as(cast.lead):
            for number in range(60):
                add_entry(record, kind=EntryKind.UPDATE, text=f"Update {number}", by=cast.lead)
        happened = section(seen(case, cast.lead), "happened").statements
        first = next(each for each in happened if each.text == "Update 0")
        address, _, anchor = first.url.partition("#")
        assert f'id="{anchor}"' in as_person(cast, "lead").get(address).content.decode()


class TestPdf:
    def test_is_kept_in_the_ledger(self, cast: Cast, case: Case) -> None:
        before = seen_version(case, cast)
        answer = as_person(cast, "analyst").get(f"/cases/{case.reference}/six-questions.pdf?paper=us-letter")
        assert answer.content.startswith(b"%PDF-")
        with acting_as(cast.lead):
            assert last_actions(case.id) == ["briefing.exported"]
        assert seen_version(case, cast) == before


class TestApi:
    def answer(self, cast: Cast, case: Case, name: str, end: str = "", more: Sequence[str] = ()) -> Any:
        actor = cast.actors[name]
        with acting_as(actor):
            permissions = ["case:read", *more]
            _, text = create_token(account_id=actor.id, label="reads", permissions=permissions, by=actor)
        address = f"/api/v1/cases/{case.id}/{end if end.startswith('links') else f'six-questions{end}'}"
        return Client().get(address, headers={"Authorization": f"Bearer {text}"})

    def test_answers_members(self, cast: Cast, case: Case) -> None:
        body = self.answer(cast, case, "lead").json()
        assert body["record"]["marking"] == f"For members of {case.reference} only"
        assert len(body["sections"]) == 6
        assert self.answer(cast, case, "lead", ".pdf").content.startswith(b"%PDF-")

    def test_tell_a_narrow_token_nothing_of_other_kinds(
        self, cast: Cast, case: Case, tmp_path: Path, settings: LazySettings
    ) -> None:
        settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
        received = send(make_source(cast), cast, title="Beacon out")
        upload: Any = SimpleUploadedFile("letter.png", b"\x89PNG")
        with acting_as(cast.analyst):
            incident = an_incident(cast)
            link_incident(case.id, incident.id, by=cast.analyst)
            add_signals(case.id, [received.signal_id], by=cast.analyst)
            add_exhibit(selectors.case_ref(selectors.case(case.id)), upload, by=cast.analyst)
        others = ("Beacon out", "letter.png", incident.reference, str(incident.id), '"signal"')
        whole, narrow = (
            "".join(self.answer(cast, case, "analyst", end, more).content.decode() for end in ("", "links"))
            for more in (("signal:read", "evidence:read", "incident:read"), ())
        )
        assert [word for word in others if word not in whole] == []
        assert [word for word in others if word in narrow] == []

    def test_refuses_others(self, cast: Cast, case: Case) -> None:
        assert self.answer(cast, case, "hr").status_code == 404


def seen_version(case: Case, cast: Cast) -> int:
    with acting_as(cast.lead):
        return int(selectors.case(case.id).version)


class TestOnPaper:
    """What never leaves is not printed, whoever prints"""

    @pytest.fixture
    def advised(self, cast: Cast, case: Case) -> Case:
        """The case, with a line of counsel's advice in its privileged section."""
        with acting_as(cast.lead):
            add_member(case.id, cast.counsel.id, reason="Advises", by=cast.lead)
        with acting_as(cast.counsel):
            place = open_section(case.id, section="privileged", by=cast.counsel)
            record = placed(selectors.case_ref(case), place.id)
            add_entry(record, kind=EntryKind.UPDATE, text="Counsel fears a claim", by=cast.counsel)
            add_entry(selectors.case_ref(case), kind=EntryKind.UPDATE, text="Badge switched off", by=cast.counsel)
        return case

    def test_the_print_view_of_the_six_questions_leaves_it_out(self, cast: Cast, advised: Case) -> None:
        client, here = as_person(cast, "counsel"), f"/cases/{advised.reference}/six-questions"
        page, paper = client.get(here).text, client.get(f"{here}?print=yes").text
        assert "Counsel fears a claim" in page
        assert "Badge switched off" in paper
        assert "Counsel fears a claim" not in paper
        assert "Privileged lines, and who reported, are left out of prints." in paper

    def test_the_page_itself_prints_none_of_its_answers_and_leads_to_that_view(self, cast: Cast, advised: Case) -> None:
        page = as_person(cast, "counsel").get(f"/cases/{advised.reference}/six-questions").text
        assert 'class="briefing never-printed"' in page
        assert f'href="/cases/{advised.reference}/six-questions?print=yes"' in page
        assert "data-print" not in page

    def test_who_opened_the_print_view_is_written_down(self, cast: Cast, advised: Case) -> None:
        as_person(cast, "counsel").get(f"/cases/{advised.reference}/six-questions?print=yes")
        with acting_as(cast.lead):
            assert Sight.objects.filter(record_id=advised.id, account_id=cast.counsel.id, how="printed").count() == 1

    def test_its_lines_are_hidden_on_paper_on_every_other_page(self, cast: Cast, advised: Case) -> None:
        client = as_person(cast, "counsel")
        events = client.get(f"/cases/{advised.reference}/history").text.split('<li class="event')
        hidden = [part.split(">", 1)[0] for part in events if "Counsel fears a claim" in part]
        shown = [part.split(">", 1)[0] for part in events if "Badge switched off" in part]
        assert [("never-printed" in each) for each in (*hidden, *shown)] == [True, False]

    def test_a_privileged_section_prints_nothing(self, cast: Cast, advised: Case) -> None:
        with acting_as(cast.counsel):
            place = next(each for each in sections_of(advised.id) if each.section == "privileged")
        page = as_person(cast, "counsel").get(f"/cases/sections/{place.id}").text
        assert page.count("never-printed") >= 2
        assert "What is in this section is never printed." in page
