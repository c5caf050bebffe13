# SPDX-License-Identifier: Apache-2.0
"""Break-glass as pages: asking for it, giving it back, judging it; and who knew of a record, when."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.services import break_glass as services
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.search import oversight
from longwatch.search.glass_forms import GlassForm, ReviewForm
from longwatch.search.records_directory import page_url, record_ref, url_of
from longwatch.search.services.break_glass import break_glass
from longwatch.web.forms import blame
from longwatch.web.glass import leave_trace, reference_in
from longwatch.web.toasts import say

FORM = require_http_methods(["GET", "POST"])


@FORM
def glass(request: HttpRequest) -> HttpResponse:
    """Ask for one record by its reference. What does not open is answered the same, whether it exists or not."""
    actor = require_reading(actor_in(request), Permission.BREAK_GLASS)
    # From the page that was not there, and only what has a reference's form.
    wanted = {"reference": reference_in(f"/{request.GET.get('reference', '')}")}
    form = GlassForm(request.POST or None, initial=wanted)
    if request.method != "POST":
        return _asked(request, form)
    require_recent(request)
    if not form.is_valid():
        return _asked(request, form, 422)
    return _break(request, form, actor)


def _break(request: HttpRequest, form: GlassForm, actor: Actor) -> HttpResponse:
    try:
        row = break_glass(**form.cleaned_data, by=actor)
    except Invalid as error:
        blame(form, error)
        return _asked(request, form, 422)
    if row is None:
        leave_trace(request)
        form.add_error("reference", _("Nothing opens under this reference. The try was recorded."))
        return _asked(request, form, 422)
    return HttpResponseRedirect(page_url(row.record_kind, row.record_id, row.reference))


def _asked(request: HttpRequest, form: GlassForm, status: int = 200) -> HttpResponse:
    return render(
        request, "search/glass.html", {"form": form, "own": oversight.own_glass(signed_in(request))}, status=status
    )


@require_POST
def end(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """End a break-glass before its time."""
    actor = signed_in(request)
    row = services.end_glass(glass_id, by=actor)
    say(request, _("The break-glass has ended."))
    own = row.account_id == actor.id
    return HttpResponseRedirect(
        reverse("search:break-glass") if own and actor.may(Permission.BREAK_GLASS) else _page(row.id)
    )


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """All of them for a privacy officer, those that wait first; and tries that opened nothing."""
    actor = require_reading(actor_in(request), Permission.ACCESS_REVIEW)
    context = {"waiting": oversight.glass_to_review(actor), "done": oversight.glass_reviewed(actor),
               "tries": oversight.failed_tries(actor), "sights": oversight.newest_sights(actor)}  # fmt: skip
    return render(request, "search/glass_reviews.html", context)


@FORM
def one(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """One break-glass: who, which record, why, how long; a privacy officer judges it here."""
    actor = signed_in(request)
    row = oversight.glass(glass_id)
    form = ReviewForm(request.POST or None)
    status, refusal = 200, ""
    if request.method == "POST":
        require_reading(actor, Permission.ACCESS_REVIEW)
        require_recent(request)
        status = 422
        try:
            if form.is_valid():
                services.review_glass(glass_id, **form.cleaned_data, by=actor)
                return HttpResponseRedirect(_page(glass_id))
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            status, refusal = error.status, error.sentence
    return render(request, "search/glass_one.html", _told(row, actor, form, refusal), status=status)


def _told(row: Any, actor: Actor, form: ReviewForm, refusal: str) -> dict[str, Any]:
    reviewer = actor.may(Permission.ACCESS_REVIEW) and actor.id != row.account_id
    return {
        "row": row, "form": form, "refusal": refusal, "seen": oversight.seen_through(row),
        "may_review": reviewer and not row.outcome and not row.is_active, "may_end": row.is_active,
    }  # fmt: skip


@require_GET
def who_knew(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Who came to know of a record, when and how: for whoever may see it, but not through broken glass."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    if actor.by_glass:
        raise NotFound
    page = oversight.sights_of(record.id, cursor=request.GET.get("after"))
    context = {"record": record, "record_url": url_of(record), "page": page, "broken": oversight.glass_of(record.id)}
    return render(request, "search/who_knew.html", context)


def _page(glass_id: UUID) -> str:
    return reverse("search:glass", args=[glass_id])
