# SPDX-License-Identifier: Apache-2.0
"""The six questions about an incident: as a page and as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.incidents import selectors
from longwatch.incidents.briefing import incident_briefing
from longwatch.incidents.pages import find, frame, reader, url_of
from longwatch.records.briefing_pages import pdf_response


@require_GET
def six_questions(request: HttpRequest, reference: str) -> HttpResponse:
    """The page."""
    found = find(request, reference)
    context = {
        "briefing": incident_briefing(found, by=reader(request)),
        "tabs": frame(request, found, "six-questions")["tabs"],
        "pdf_url": url_of(found, "six-questions-pdf"),
    }  # fmt: skip
    return render(request, "records/briefing.html", context)


@require_GET
def six_questions_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The same on paper; the ledger keeps who took it."""
    found, actor = find(request, reference), reader(request)
    return pdf_response(request, selectors.incident_ref(found), incident_briefing(found, by=actor), actor)
