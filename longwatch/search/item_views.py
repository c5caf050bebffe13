# SPDX-License-Identifier: Apache-2.0
"""Recording a thing as evidence of a record."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require
from longwatch.access.roles import Permission
from longwatch.cases.views.frame import readers_of
from longwatch.core.errors import Conflict, Invalid
from longwatch.evidence.forms import ItemForm
from longwatch.evidence.services.items import add_item
from longwatch.records.reference import placed
from longwatch.search.record_views import section_asked, sections_inside
from longwatch.search.records_directory import record_ref, url_of
from longwatch.web.forms import blame
from longwatch.web.toasts import say


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The form to record a thing; its page when it is recorded."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    require(actor, Permission.EVIDENCE_ADD)
    require(actor, record.work_permission)
    form, refusal = ItemForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            row = add_item(placed(record, section_asked(request)), form.item(), by=actor)
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            refusal = error.sentence
        else:
            say(request, _("Exhibit %(number)s recorded.") % {"number": row.mark})
            return HttpResponseRedirect(reverse("evidence:exhibit", args=[row.id]))
    sections = sections_inside(record)
    context = {
        "form": form, "record": record, "record_url": url_of(record), "refusal": refusal, "sections": sections,
        "readers": readers_of(record) if sections else "", "choose_section": True, "action": _("Record item"),
        "heading": _("Record an item"),
    }  # fmt: skip
    return render(request, "records/form.html", context, status=422 if form.errors or refusal else 200)
