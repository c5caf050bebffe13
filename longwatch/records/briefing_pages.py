# SPDX-License-Identifier: Apache-2.0
"""How the six answers reach a person: as a page, as PDF, as JSON."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.oversight import SightKind
from longwatch.access.roles import ROLE_NAMES, Role
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.environment import current
from longwatch.records.briefing import Briefing
from longwatch.records.briefing_pdf import PAPERS
from longwatch.records.reference import RecordRef
from longwatch.records.services.briefing import export_pdf

PDF = "application/pdf"


def pdf_response(request: HttpRequest, record: RecordRef, briefing: Briefing, by: Actor) -> HttpResponse:
    """The PDF as a download; `?paper=us-letter` chooses the paper."""
    paper = request.GET.get("paper", PAPERS[0])
    saw(record.kind, record.id, [record.compartment_id], how=SightKind.EXPORTED, by=by)
    pdf = export_pdf(record, briefing, base_url=current().base_url, paper=paper, by=by)
    name = f"{record.reference}-six-questions.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type=PDF, headers=headers)


def briefing_json(briefing: Briefing) -> dict[str, Any]:
    """The briefing as plain values."""
    found = asdict(briefing)
    subject = found.pop("subject")
    subject["facts"] = [{"name": name, "value": value} for name, value in subject["facts"]]
    for section, plain in zip(briefing.sections, found["sections"], strict=True):
        plain["key"], plain["question"] = section.question.value, str(section.question.label)
        plain["known"] = not section.is_unknown
    return {"record": subject, **found}


def marking(compartment: Compartment) -> str:
    """Who may read it, on every page of a print."""
    return _("For members of %(name)s only") % {"name": compartment.name}


def readable_words(compartment: Compartment) -> str:
    """Who can read the record, as a sentence."""
    if compartment.kind == CompartmentKind.RECORD:
        return _("Readable by its named members only")
    roles = [str(ROLE_NAMES[Role(role)]).lower() for role in compartment.reader_roles]
    words = {"name": compartment.name, "roles": ", ".join(roles)}
    return _("Readable by everybody in %(name)s (%(roles)s)") % words
