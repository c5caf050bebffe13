# SPDX-License-Identifier: Apache-2.0
"""(a) 10:14: a threat to an employee, with earlier low-level concerns about the same man."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from longwatch.cases.services import decisions, findings, investigating, people
from longwatch.cases.services import opening as case_opening
from longwatch.config.demo.stage import Stage
from longwatch.evidence.models import Exhibit
from longwatch.incidents.models import Incident
from longwatch.incidents.services import closing, moving, opening, responding
from longwatch.intake.services import triage
from longwatch.records.models import EntryKind

MAN = ("person", "Daniel Kessler", "subject")
CARLA = {"kind": "person", "value": "Carla Mendes", "part": "affected"}
KESSLER = {"kind": "person", "value": "Daniel Kessler", "part": "subject"}
TRANSCRIPT = """Voice message received 10:09, 41 seconds, from +351 910 555 204.
"... I know where you park. On Friday, at the loading dock, you will see me, and then we are even."
Listened to and written down by B. Okafor in the presence of the recipient.
"""
OFFICE: dict[str, Any] = {"place": "Head office, Lisbon", "latitude": 38.7369, "longitude": -9.1427}


@dataclass(frozen=True, slots=True)
class Matter:
    """The threat, for the acts that follow."""

    incident_id: UUID
    case_id: UUID
    transcript: Exhibit


def earlier_concerns(stage: Stage) -> UUID:
    """Three small things in six weeks, each harmless by itself. Returns the last, which nobody has judged yet."""
    _lobby(stage)
    _messages(stage)
    return _car_park(stage)


def _lobby(stage: Stage) -> None:
    first = stage.signal(
        "form", stage.day(39, "16:40:00"),
        {
            "title": "Former colleague waiting at the lobby after hours", "kind": "report", "severity": "low", **OFFICE,
            "description": "Daniel Kessler, who left the finance team in August, sat in the lobby for an hour and asked "
            "the reception when Carla Mendes finishes. He left when asked.",
            "entities": [KESSLER, CARLA],
        },
        contact={"name": "Reception desk"}, language="en",
    )  # fmt: skip
    with stage.scene("adaeze", stage.day(39, "17:25:00")) as by:
        triage.dismiss(first, "information_gathered", "Left when asked. Reception knows the name now.", by=by)


def _messages(stage: Stage) -> None:
    second = stage.signal(
        "form", stage.day(23, "09:05:00"),
        {
            "title": "Unwanted messages from a former colleague", "kind": "report", "severity": "low", **OFFICE,
            "description": "Six messages to Carla Mendes in one night from Daniel Kessler. Angry about a reference letter, "
            "no threat. She asked him to stop.",
            "entities": [KESSLER, CARLA],
        },
        contact={"name": "Carla Mendes", "phone": "+351 210 555 017"}, language="en",
    )  # fmt: skip
    with stage.scene("tomas", stage.day(23, "10:30:00")) as by:
        incident = opening.open_incident(
            title="Unwanted messages to an employee", category="WV-06", severity=1, signal_ids=[second],
            severity_reason="No threat in the messages; she asked him to stop.", commander_id=by.id,
            restricted=False, by=by, place=OFFICE["place"],
        )  # fmt: skip
    record = stage.incident_record("tomas", incident.id)
    stage.note("tomas", stage.day(22, "14:10:00"), record, "Spoke with Carla Mendes. She will keep the messages and call us "
               "if he writes again. He has not answered her last message.")  # fmt: skip
    with stage.scene("tomas", stage.day(16, "11:00:00")) as by:
        closing.close_incident(
            incident.id, disposition="information_gathered", case_answer="no", by=by,
            summary="No further contact in six days. Messages kept by the recipient. Known to reception.",
        )  # fmt: skip


def _car_park(stage: Stage) -> UUID:
    return stage.signal(
        "form", stage.day(9, "18:50:00"),
        {
            "title": "Man photographing cars in the staff car park", "kind": "report", "severity": "low",
            "place": "Head office, staff car park", "latitude": 38.7365, "longitude": -9.1419,
            "description": "A man in a grey jacket took pictures of number plates, then walked off towards the tram. It may "
            "have been Daniel Kessler, I am not sure.",
            "entities": [KESSLER, {"kind": "location", "value": "Head office, staff car park", "part": "scene"}],
        },
        contact={"name": "Rui Teixeira"}, language="en",
    )  # fmt: skip


def threat(stage: Stage) -> Matter:
    """The threat itself, the incident, and the case that it opens."""
    at = stage.day(0, "10:14:00")
    signal = stage.signal(
        "form", at,
        {
            "title": "Threat by voice message: \"You will see me on Friday\"", "kind": "report", "severity": "high", **OFFICE,
            "description": "Daniel Kessler left a voice message for Carla Mendes at 10:09: he knows where she parks, and she "
            "will see him on Friday at the loading dock, \"and then we are even\". She is frightened and has gone to a "
            "colleague's office.",
            "entities": [KESSLER, CARLA, {"kind": "phone", "value": "+351 910 555 204", "part": "indicator"}],
        },
        contact={"name": "Joana Pires, finance", "phone": "+351 210 555 031"}, language="en",
    )  # fmt: skip
    with stage.scene("tomas", stage.after(at, 6)) as by:
        incident = opening.open_incident(
            title="Threat against an employee by a former colleague", category="WV-04", severity=3, signal_ids=[signal],
            severity_reason="Named target, place and day; three earlier concerns about the same man.",
            commander_id=stage.actors["mara"].id, by=by, place=OFFICE["place"], latitude=OFFICE["latitude"],
            longitude=OFFICE["longitude"], next_action="Move Carla Mendes' car and walk her out by the east door",
            next_action_due=stage.back(minutes=-35),
        )  # fmt: skip
    paper = _first_hour(stage, incident, at)
    return Matter(incident.id, _case(stage, incident, at), paper)


def _first_hour(stage: Stage, incident: Incident, at: datetime) -> Exhibit:
    record = stage.incident_record("tomas", incident.id)
    for key, role in (("adaeze", "liaison"), ("ben", "responder"), ("victor", "deputy")):
        with stage.scene("mara", stage.after(at, 8)) as by:
            responding.add_responder(incident.id, stage.actors[key].id, role=role, by=by)
    with stage.scene("mara", stage.after(at, 9)) as by:
        moving.change_status(incident.id, "active", reason="Protective measures have started.", by=by)
    stage.note("mara", stage.after(at, 12), record, "Reception and both gates have his photograph. He has no badge since "
               "August. Police district desk informed by phone, reference given to Samuel Reyes.")  # fmt: skip
    stage.note("adaeze", stage.after(at, 16), record, "Carla is with HR on the fourth floor. She wants to stay today. "
               "Her sister collects her at 17:30.", kind=EntryKind.UPDATE)  # fmt: skip
    stage.note("ben", stage.after(at, 19), record, "Voice message saved from her phone, with her consent.",
               occurred=stage.after(at, 14), kind=EntryKind.EVENT)  # fmt: skip
    paper = stage.file("ben", stage.after(at, 19), record, "voice-message-transcript.txt", TRANSCRIPT.encode(),
                       "Transcript made while listening; the phone stays with its owner.")  # fmt: skip
    stage.task("mara", stage.after(at, 10), record, "Brief the guards at the loading dock for Friday", owner="ben",
               due=stage.back(minutes=-180))  # fmt: skip
    stage.task("mara", stage.after(at, 10), record, "Check camera coverage of the staff car park since day one",
               owner="adaeze", due=stage.back(minutes=25))  # fmt: skip
    return paper


def _case(stage: Stage, incident: Incident, at: datetime) -> UUID:
    with stage.scene("tomas", stage.after(at, 20)) as by:
        case = case_opening.open_case(
            title="Daniel Kessler: escalating contact with a former colleague", type="threat_assessment",
            summary="Four contacts in six weeks, from waiting in a lobby to a threat with a day and a place. Assess the "
            "risk, protect the person, keep the record together.",
            incident_ids=[incident.id], lead_id=by.id, by=by,
        )  # fmt: skip
    for key, reason in (
        ("lena", "Employment matters"),
        ("samuel", "Protective order"),
        ("mara", "Protective measures"),
    ):
        with stage.scene("tomas", stage.after(at, 21)) as by:
            people.add_member(case.id, stage.actors[key].id, reason=reason, by=by)
    with stage.scene("tomas", stage.after(at, 22)) as by:
        investigating.start_investigation(case.id, by=by)
        findings.add_allegation(case.id, text="Did Daniel Kessler threaten Carla Mendes with violence?", by=by)
        findings.add_allegation(case.id, text="Has he the means and access to carry it out?", kind="question", by=by)
    record = stage.case_record("tomas", case.id)
    stage.people("tomas", stage.after(at, 23), record, MAN, ("person", "Carla Mendes", "affected"))
    stage.note("tomas", stage.after(at, 24), record, "Pattern over six weeks: approach, contact, surveillance, threat. The "
               "lobby visit, the messages and the car park were each closed as minor by different people.")  # fmt: skip
    with stage.scene("tomas", stage.after(at, 25)) as by:
        decisions.record_decision(
            case.id, what="Apply for a protective order today", why="A named day and place; contact continues after a "
            "clear request to stop.", alternatives="Warn him in writing first: rejected, it may provoke contact before "
            "Friday.", by=by,
        )  # fmt: skip
    stage.task("tomas", stage.after(at, 25), record, "Interview the former line manager", owner="lena",
               due=stage.back(days=-1))  # fmt: skip
    stage.task("tomas", stage.after(at, 25), record, "File the application for a protective order", owner="samuel",
               due=stage.back(hours=-5))  # fmt: skip
    return case.id
