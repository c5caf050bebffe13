# SPDX-License-Identifier: Apache-2.0
"""The six questions in the JSON API; incidents and cases each mount them below their own noun."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from longwatch.core.actor import Actor
from longwatch.records.briefing import Briefing
from longwatch.records.briefing_pages import briefing_json, pdf_response
from longwatch.records.briefing_schema import BriefingOut
from longwatch.records.reference import RecordRef

# Refuses whoever may not read the record.
Read = Callable[[HttpRequest, UUID], tuple[RecordRef, Briefing, Actor]]


def add_briefing_routes(router: Router, noun: str, read: Read) -> None:
    """Mount `/<noun>/{id}/six-questions` and the same as PDF."""
    here = f"/{noun}/{{uuid:record_id}}/six-questions"

    @router.get(here, response=BriefingOut, summary="The six questions", operation_id=f"{noun}_six_questions")
    def six_questions(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
        """What is recorded, as far as the caller may see it: six sections of statements with their addresses."""
        _, briefing, _ = read(request, record_id)
        return briefing_json(briefing)

    @router.get(f"{here}.pdf", summary="The six questions as PDF", operation_id=f"{noun}_six_questions_pdf")
    def six_questions_pdf(request: HttpRequest, record_id: UUID) -> HttpResponse:
        """The same as PDF; the ledger keeps who took it and the hash of the file."""
        return pdf_response(request, *read(request, record_id))
