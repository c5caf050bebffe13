# SPDX-License-Identifier: Apache-2.0
"""(b) A contractor's photograph of a restricted hall, and repeated trespass at the same site."""

from typing import Any

from longwatch.cases.services import closure, decisions, findings, investigating, people
from longwatch.cases.services import opening as case_opening
from longwatch.config.demo.stage import Stage
from longwatch.incidents.services import closing, moving, opening, responding
from longwatch.intake.services import triage
from longwatch.records.models import EntryKind

FENCE: dict[str, Any] = {"place": "Plant 2, north fence", "latitude": 38.5244, "longitude": -8.8882}
HALL: dict[str, Any] = {"place": "Plant 2, turbine hall", "latitude": 38.5239, "longitude": -8.8871}
SCENE = {"kind": "location", "value": "Plant 2, north fence", "part": "scene"}
VAN = {"kind": "vehicle", "value": "48-QX-19, white van", "part": "indicator"}
VISITS = (
    (34, "02:20:00", "Two people at the north fence, ran off when lit", "Cut marks low on the mesh, nothing taken."),
    (
        19,
        "03:05:00",
        "Person inside the north fence",
        "Walked along the cable store for four minutes, left the same way.",
    ),
    (6, "01:40:00", "Fence sensor and white van near the north gate", "The van stood without lights for ten minutes."),
)


def trespass(stage: Stage) -> None:
    """Three nights in five weeks, each handled and closed."""
    for days, clock_time, title, description in VISITS:
        at = stage.day(days, clock_time)
        signal = stage.signal(
            "doors", at,
            {"title": title, "rule": "fence sensor", "severity": "low", "description": description, **FENCE,
             "entities": [SCENE, VAN] if days < 10 else [SCENE]},
        )  # fmt: skip
        with stage.scene("adaeze", stage.after(at, 4)) as by:
            incident = opening.open_incident(
                title=title, category="FA-03", severity=1, severity_reason="Nobody hurt, nothing taken.",
                signal_ids=[signal], commander_id=by.id, by=by, **FENCE,
            )  # fmt: skip
        record = stage.incident_record("adaeze", incident.id)
        stage.note("ben", stage.after(at, 30), record, "Walked the fence. " + description)
        with stage.scene("adaeze", stage.after(at, 300)) as by:
            closing.close_incident(
                incident.id, disposition="insufficient_information", case_answer="no", by=by,
                summary="Patrol found nobody. " + description,
            )  # fmt: skip


def photograph(stage: Stage) -> None:
    """Yesterday a picture of the restricted hall appeared in public; the incident is open."""
    at = stage.back(hours=20)
    signal = stage.signal(
        "form", at,
        {
            "title": "Photograph of the turbine hall in a public post", "kind": "report", "severity": "medium", **HALL,
            "description": "A fitter of Norvik Scaffolding posted a picture from inside the restricted hall. The control "
            "panel and the door codes on the whiteboard can be read.",
            "entities": [
                {"kind": "person", "value": "Egil Norvik", "part": "subject"},
                {"kind": "organisation", "value": "Norvik Scaffolding", "part": "involved"},
                {"kind": "location", "value": "Plant 2, turbine hall", "part": "scene"},
            ],
        },
        contact={"name": "Rui Teixeira", "phone": "+351 265 555 118"}, language="pt",
    )  # fmt: skip
    with stage.scene("adaeze", stage.after(at, 25)) as by:
        incident = opening.open_incident(
            title="Restricted turbine hall photographed by a contractor", category="FA-04", severity=2,
            severity_reason="Door codes readable; same site as three trespasses.", signal_ids=[signal],
            commander_id=stage.actors["adaeze"].id, by=by, next_action="Confirm that all four door codes are changed",
            next_action_due=stage.back(hours=2), **HALL,
        )  # fmt: skip
    with stage.scene("adaeze", stage.after(at, 26)) as by:
        responding.add_responder(incident.id, stage.actors["ben"].id, role="responder", by=by)
        moving.change_status(incident.id, "active", by=by)
    record = stage.incident_record("adaeze", incident.id)
    stage.note("ben", stage.after(at, 70), record, "Spoke with the site foreman. The fitter did not know the hall is "
               "restricted: the sign at door 14 is missing. The post is deleted.", kind=EntryKind.UPDATE)  # fmt: skip
    stage.file("ben", stage.after(at, 75), record, "door-14-sign-missing.txt", b"Door 14, 21:05: no sign on either leaf. "
               b"Screw holes fresh.\n", "Written on site; photograph follows.")  # fmt: skip
    stage.task(
        "adaeze", stage.after(at, 30), record, "Change the four door codes", owner="ben", due=stage.back(hours=2)
    )
    stage.task("adaeze", stage.after(at, 30), record, "Ask Norvik for the induction records", due=stage.back(hours=-20))


def cable_theft(stage: Stage) -> None:
    """An older case, closed properly: what a finished record looks like."""
    at = stage.day(58, "07:30:00")
    with stage.scene("tomas", at) as by:
        case = case_opening.open_case(
            title="Copper cable missing from the Plant 2 store", type="physical_security", by=by, lead_id=by.id,
            summary="Three drums of copper cable, about 9,000 euros, missing at the monthly count.",
        )  # fmt: skip
        people.add_member(case.id, stage.actors["mara"].id, reason="Approves the closure", by=by)
        people.add_member(case.id, stage.actors["victor"].id, reason="Site security", by=by)
        investigating.start_investigation(case.id, by=by)
        allegation = findings.add_allegation(case.id, text="Was the cable stolen by somebody with a key?", by=by)
    record = stage.case_record("tomas", case.id)
    stage.people("tomas", stage.after(at, 5), record, ("location", "Plant 2, cable store", "scene"),
                 ("vehicle", "48-QX-19, white van", "indicator"))  # fmt: skip
    stage.note("tomas", stage.after(at, 2000), record, "Gate camera: a white van, 48-QX-19, leaves at 05:12 on the night of "
               "the count. The driver has no delivery note.", occurred=stage.after(at, -140))  # fmt: skip
    with stage.scene("tomas", stage.after(at, 9000)) as by:
        decision = decisions.record_decision(
            case.id, what="Report to the police", why="Value and a readable plate.", by=by
        )
        findings.record_finding(
            case.id, allegation.id, conclusion="unsubstantiated", by=by,
            reasoning="The lock was shimmed; all keys are accounted for.",
        )  # fmt: skip
    with stage.scene("mara", stage.after(at, 9100)) as by:
        decisions.approve_decision(case.id, decision.id, by=by)
    _close(stage, case.id, at)


def _close(stage: Stage, case_id: Any, at: Any) -> None:
    with stage.scene("tomas", stage.after(at, 20000)) as by:
        closure.request_closure(
            case_id,
            closure.Closure(
                findings="Theft from outside through a shimmed lock; no insider found.",
                root_cause="The store's lock can be opened with a shim; no camera inside.",
                actions_taken="Police report; new lock; insurance claim paid.",
                residual_risk="moderate",
                residual_risk_rationale="The van was not found, and the fence is old. They may come back.",
                remediation="Lock replaced with a certified cylinder.",
                lessons_learned="Count high-value stock weekly, not monthly.",
                prevention="Camera in the store; fence sensors on the north side.",
                monitoring_decision="monitor", monitoring_interval_days=30,
                monitoring_owner_id=stage.actors["victor"].id,
                monitoring_trigger="The plate 48-QX-19, or any trespass at the north fence.",
            ),
            by=by,
        )  # fmt: skip
    with stage.scene("mara", stage.after(at, 21000)) as by:
        closure.approve_closure(case_id, by=by)


def loose_ends(stage: Stage) -> None:
    """Tailgating that somebody already looks at."""
    for hours in (30, 9, 3):
        signal = stage.signal(
            "doors", stage.back(hours=hours),
            {"title": "Tailgating at door 14", "rule": "tailgating", "severity": "low", **HALL,
             "dedup_key": "tailgating-door-14",
             "entities": [{"kind": "asset", "value": "Door 14", "part": "scene"}]},
        )  # fmt: skip
    with stage.scene("adaeze", stage.back(hours=2)) as by:
        triage.assign(signal, by.id, by=by)
        triage.acknowledge(signal, by=by)
