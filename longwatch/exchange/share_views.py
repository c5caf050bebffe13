# SPDX-License-Identifier: Apache-2.0
"""A record as a file that other tools read: how far it may travel, what goes and what stays, the download."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from longwatch.access.stepup import require_recent
from longwatch.core.errors import Conflict, Invalid
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.markings import Tlp
from longwatch.exchange.audiences import Audience
from longwatch.exchange.delivery import shared_response
from longwatch.exchange.forms import ShareForm
from longwatch.exchange.services.sharing import Prepared, prepare, share
from longwatch.exchange.sharing.formats import WRITERS
from longwatch.exchange.views import NAMESPACES, reached
from longwatch.records.reference import RecordRef
from longwatch.web.forms import blame

MOST_SHOWN = 100
# What most communities may see, and what does little harm when somebody overlooks the choice.
USUAL = Tlp.AMBER_STRICT


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """What would leave up to a marking; POST gives the file."""
    record, row, actor = reached(request, kind, reference)
    limit = _limit(request)
    form = ShareForm(request.POST or None, initial={"tlp": limit})
    status = 200
    if request.method == "POST":
        require_recent(request)
        status = Invalid.status
        if form.is_valid():
            values = form.cleaned_data
            try:
                return shared_response(share(record, row, form=values.pop("format"), **values, by=actor))
            except Invalid as error:
                status = blame(form, error)
            except Conflict as error:
                form.add_error(None, error.sentence)
                status = error.status
    prepared = prepare(record, row, limit, by=actor)
    return render(request, "exchange/share.html", _shown(request, record, form, prepared), status=status)


def _limit(request: HttpRequest) -> Tlp:
    named = request.POST.get("tlp") or request.GET.get("tlp") or USUAL
    return Tlp(named) if named in Tlp.values else USUAL


def _shown(request: HttpRequest, record: RecordRef, form: ShareForm, prepared: Prepared) -> dict[str, Any]:
    parcel = prepared.parcel
    lines = [
        (EntityKind(each.kind).label, each.value, Part(each.part).label, parcel.mark_of(each.tlp), each.tlp is not None)
        for each in parcel.things
    ] + [(_("Alert"), each.title, each.source, parcel.mark_of(each.tlp), each.tlp is not None) for each in parcel.seen]
    markings = [
        {"name": each.label, "url": f"{request.path}?{urlencode({'tlp': each.value})}", "current": each == parcel.tlp}
        for each in Tlp
    ]
    return {
        "record": record, "form": form, "parcel": parcel, "markings": markings, "lines": lines[:MOST_SHOWN],
        "more": max(0, len(lines) - MOST_SHOWN), "left": parcel.left, "log": prepared.release.log(),
        "formats": [(form.label, writer.about) for form, writer in WRITERS.items()],
        "record_url": reverse(NAMESPACES[record.kind], args=[record.reference]),
        "export_url": reverse(f"exchange:{record.kind}", args=[record.reference]),
        "review_url": reverse(f"exchange:{record.kind}-review", args=[record.reference])
        + f"?audience={Audience.COMMUNITY.value}",
    }  # fmt: skip
