# SPDX-License-Identifier: Apache-2.0
"""Entities that records of the cast name, and those who may see only some of them."""

from dataclasses import dataclass
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.core.actor import Actor
from longwatch.core.ids import entity_id
from longwatch.entities.kinds import entity_key
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.records.reference import RecordRef
from tests.personas import Cast

ANA, MAIL, GHOST = "Ana Keller", "ana.keller@halden.example", "ghost42"


@dataclass(frozen=True, slots=True)
class Place:
    """An incident that all responders see names Ana and her address; a case of the lead's names her other account."""

    incident: RecordRef
    case: RecordRef
    ana: UUID
    mail: UUID
    ghost: UUID


def make_place(cast: Cast) -> Place:
    """One of them."""
    incident = name(cast.analyst, person=ANA, email=MAIL)
    with acting_as(cast.lead):
        case = case_ref(open_case(title="Quiet", type="other", lead_id=cast.lead.id, by=cast.lead))
        add_mention(case, kind="account", value=GHOST, by=cast.lead)
    return Place(
        incident, case, of(cast, "person", ANA), of(cast, "email", MAIL), of(cast, "account", GHOST)
    )  # fmt: skip


def name(by: Actor, **named: str) -> RecordRef:
    """An incident that names these, by kind."""
    with acting_as(by):
        record = incident_ref(open_incident(title="Badge lost", category="FA-01", restricted=False, by=by))
        for kind, value in named.items():
            add_mention(record, kind=kind, value=value, by=by)
    return record


def of(cast: Cast, kind: str, value: str) -> UUID:
    """The identifier of an entity."""
    return entity_id(cast.organisation.id, entity_key(kind, value))
