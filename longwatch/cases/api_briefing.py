# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from longwatch.access.roles import Permission
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing
from longwatch.records.briefing_pages import briefing_json, pdf_response
from longwatch.records.briefing_schema import BriefingOut
from longwatch.web.conditional import api_actor

router = Router(tags=["Cases"])


@router.get("/cases/{uuid:case_id}/six-questions", response=BriefingOut, summary="The six questions")
def six_questions(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """What is recorded, as far as the caller may see it: six sections of statements with their addresses."""
    actor = api_actor(request, Permission.CASE_READ)
    return briefing_json(case_briefing(selectors.case(case_id), by=actor))


@router.get("/cases/{uuid:case_id}/six-questions.pdf", summary="The six questions as PDF")
def six_questions_pdf(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The same as PDF; the ledger keeps who took it and the hash of the file."""
    actor = api_actor(request, Permission.CASE_READ)
    found = selectors.case(case_id)
    return pdf_response(request, selectors.case_ref(found), case_briefing(found, by=actor), actor)
