# SPDX-License-Identifier: Apache-2.0
"""The six questions about a case: as a page and as PDF, for its members only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from longwatch.access.oversight import SightKind
from longwatch.access.services.sight import saw
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing, case_briefing_to_hand_on
from longwatch.cases.views.frame import case_for, tabs_of
from longwatch.records.briefing_pages import pdf_response
from longwatch.records.models import RecordKind


@require_GET
def six_questions(request: HttpRequest, reference: str) -> HttpResponse:
    """The page; with `?print=yes` as it may go onto paper, without what never leaves."""
    found, actor = case_for(request, reference)
    here = reverse("cases:six-questions", args=[found.reference])
    on_paper = request.GET.get("print") == "yes"
    if on_paper:
        saw(RecordKind.CASE, found.id, [found.compartment_id], how=SightKind.PRINTED, by=actor)
    context = {
        "briefing": (case_briefing_to_hand_on if on_paper else case_briefing)(found, by=actor),
        "tabs": tabs_of(found, "six-questions"),
        "pdf_url": reverse("cases:six-questions-pdf", args=[found.reference]),
        "print_url": "" if on_paper else f"{here}?print=yes",
        "for_print": here if on_paper else "",
    }
    return render(request, "records/briefing.html", context)


@require_GET
def six_questions_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The same on paper; the ledger keeps who took it."""
    found, actor = case_for(request, reference)
    return pdf_response(request, selectors.case_ref(found), case_briefing_to_hand_on(found, by=actor), actor)
