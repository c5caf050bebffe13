# SPDX-License-Identifier: Apache-2.0
"""The six questions about an incident, for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.incidents import selectors
from longwatch.incidents.briefing import incident_briefing
from longwatch.records.briefing import Briefing
from longwatch.records.briefing_api import add_briefing_routes
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.conditional import api_actor

router = Router(tags=["Incidents"])


def _read(request: HttpRequest, incident_id: UUID) -> tuple[RecordRef, Briefing, Actor]:
    actor = api_actor(request, Permission.INCIDENT_READ)
    found = selectors.incident(incident_id)
    if found.restricted:
        saw(RecordKind.INCIDENT, found.id, [found.compartment_id], by=actor)
    return selectors.incident_ref(found), incident_briefing(found, by=actor), actor


add_briefing_routes(router, "incidents", _read)
