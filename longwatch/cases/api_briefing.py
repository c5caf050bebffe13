# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case, for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing_to_hand_on
from longwatch.core.actor import Actor
from longwatch.records.briefing import Briefing
from longwatch.records.briefing_api import add_briefing_routes
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.conditional import api_actor

router = Router(tags=["Cases"])


def _read(request: HttpRequest, case_id: UUID) -> tuple[RecordRef, Briefing, Actor]:
    actor = api_actor(request, Permission.CASE_READ)
    found = selectors.case(case_id)
    saw(RecordKind.CASE, found.id, selectors.parts_inside(found), by=actor)
    return selectors.case_ref(found), case_briefing_to_hand_on(found, by=actor), actor


add_briefing_routes(router, "cases", _read)
