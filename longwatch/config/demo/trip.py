# SPDX-License-Identifier: Apache-2.0
"""(c) An executive's trip with suspicious approaches."""

from typing import Any
from uuid import UUID

from longwatch.cases.services import opening as case_opening
from longwatch.config.demo.stage import Stage
from longwatch.incidents.services import moving, opening, responding
from longwatch.records.models import EntryKind

HOTEL: dict[str, Any] = {"place": "Hotel Alvorada, São Paulo", "latitude": -23.5614, "longitude": -46.6559}
PRINCIPAL = {"kind": "person", "value": "Helena Brandt", "part": "affected"}
CAR = {"kind": "vehicle", "value": "Grey sedan, plate ending 4C17", "part": "indicator"}
MAN = {"kind": "person", "value": "Unknown man, grey cap", "part": "subject"}


def approaches(stage: Stage) -> UUID:
    """Twice the same car, then a man who knows her name. Returns the case."""
    first = stage.signal(
        "form", stage.back(days=2, hours=3),
        {"title": "Grey sedan behind us from the airport", "kind": "report", "severity": "medium",
         "place": "Airport road, Guarulhos", "latitude": -23.4356, "longitude": -46.4731,
         "description": "Two cars back for twenty minutes, left us at the hotel street. Plate ends 4C17.",
         "entities": [PRINCIPAL, CAR]},
        contact={"name": "Driver, protection detail"}, language="en",
    )  # fmt: skip
    second = stage.signal(
        "form", stage.back(hours=7),
        {"title": "Man asked for the CFO by name at the hotel bar", "kind": "report", "severity": "high", **HOTEL,
         "description": "He asked the barman which floor Ms Brandt is on and took a picture of the lift. Left in a grey "
         "sedan, plate ending 4C17.",
         "entities": [PRINCIPAL, CAR, MAN]},
        contact={"name": "Driver, protection detail"}, language="en",
    )  # fmt: skip
    with stage.scene("victor", stage.back(hours=6, minutes=45)) as by:
        incident = opening.open_incident(
            title="Suspicious approaches to the CFO in São Paulo", category="EP-03", severity=3, restricted=False,
            severity_reason="Same car twice in two days, and he knows her name and hotel.", signal_ids=[first, second],
            commander_id=by.id, by=by, next_action="Confirm arrival at the airport with the detail",
            next_action_due=stage.back(minutes=-90), **HOTEL,
        )  # fmt: skip
    with stage.scene("victor", stage.back(hours=6, minutes=40)) as by:
        moving.change_status(incident.id, "active", reason="Detail informed, moving hotels.", by=by)
        responding.add_responder(incident.id, stage.actors["adaeze"].id, role="liaison", by=by)
    record = stage.incident_record("victor", incident.id)
    stage.note("adaeze", stage.back(hours=6), record, "Moved to the second hotel under another name. The detail doubles until "
               "departure.", kind=EntryKind.UPDATE)  # fmt: skip
    stage.note("adaeze", stage.back(hours=4), record, "Hotel manager saved the lobby video from 21:40 to 22:20 for us.",
               occurred=stage.back(hours=7))  # fmt: skip
    stage.task("victor", stage.back(hours=5), record, "Second car and other route to the airport", owner="adaeze",
               due=stage.back(minutes=-60))  # fmt: skip
    with stage.scene("victor", stage.back(hours=3)) as by:
        moving.change_status(incident.id, "stabilized", reason="New hotel, no sightings for three hours.", by=by)
    with stage.scene("victor", stage.back(hours=2)) as by:
        case = case_opening.open_case(
            title="Surveillance of Helena Brandt during the São Paulo trip", type="executive_protection",
            summary="Who followed the CFO, for whom, and who knew the hotel? Needs a lead before the next trip.",
            incident_ids=[incident.id], by=by,
        )  # fmt: skip
    return case.id
