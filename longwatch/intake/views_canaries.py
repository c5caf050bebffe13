# SPDX-License-Identifier: Apache-2.0
"""The page of a source's canaries: sending one, watching it, and how often one is sent by itself."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed
from longwatch.intake import selectors
from longwatch.intake.canary_models import WITHIN, Canary
from longwatch.intake.services.canaries import canaries_of, look_for_canary, send_canary
from longwatch.intake.services.sources import CANARY_MINUTES, change_source
from longwatch.web.forms import blame
from longwatch.web.toasts import say


class ScheduleForm(forms.Form):
    """How often a canary is sent by itself."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Send one by itself every … minutes"), required=False, min_value=CANARY_MINUTES[0],
        max_value=CANARY_MINUTES[-1],
        help_text=gettext_lazy("When one is not seen in time, supervisors get a notice. Empty: never."),
        error_messages={"invalid": gettext_lazy("Enter a whole number of minutes.")},
    )  # fmt: skip


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def canary_page(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The newest canaries; the form says how often one is sent by itself."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    form = ScheduleForm(
        request.POST if request.method == "POST" else None, initial={"minutes": source.canary_minutes}
    )  # fmt: skip
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            change_source(source_id, {"canary_minutes": form.cleaned_data["minutes"]}, by=actor)
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            say(request, _("Saved."))
            return _back(source_id)
    context = {
        "source": source, "form": form, "section": "sources", "within": WITHIN,
        "canaries": canaries_of(source_id, actor),
    }  # fmt: skip
    return render(request, "intake/canaries.html", context, status=status)


@require_POST
def sending(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Send one now."""
    actor = _manager(request)
    try:
        send_canary(source_id, by=actor)
    except NotAllowed as refusal:
        say(request, refusal.sentence)
    return _back(source_id)


@require_POST
def looking(request: HttpRequest, source_id: UUID, canary_id: UUID) -> HttpResponse:
    """See how far one is: alone for a page that watches it."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    canary: Canary = look_for_canary(canary_id, by=actor)
    if not request.headers.get("HX-Request"):
        return _back(source_id)
    context: dict[str, Any] = {"source": source, "canary": canary}
    return render(request, "intake/canary.html", context)


def _back(source_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("intake-sources:canary", args=[source_id]))
