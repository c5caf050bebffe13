# SPDX-License-Identifier: Apache-2.0
"""Asks whether it is still the same person, and goes on with what they were about to do.

What was sent is kept, encrypted, in their session for the ten minutes that a confirmation holds, and is shown to be
sent once more: nothing happens without another click, and nothing that was typed is lost. Files are not kept.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from longwatch.access.permission import signed_in
from longwatch.access.stepup import RECENT, ConfirmationNeeded, is_recent
from longwatch.core import clock
from longwatch.core.hiding import hide, reveal
from longwatch.web.signed_out import READING, page_of_request
from longwatch.web.views import refusal_toast

KEPT = "longwatch_kept_form"
PURPOSE = "a form that waits for a confirmation"
# Of the sent form; a longer one is left to the draft that the browser keeps.
MOST_KEPT = 200_000
NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


def ask_first(request: HttpRequest, error: ConfirmationNeeded) -> HttpResponse:
    """Lead to confirming and back to the page, with what was sent."""
    address = f"{reverse('web:confirm')}?{urlencode({'next': page_of_request(request)})}"
    if request.headers.get("HX-Request"):
        sentence = _("Confirm that it is you, then do this again. What you typed is kept.")
        return refusal_toast(request, sentence, error.status, link=address, link_text=_("Confirm"))
    if request.method not in READING:
        _keep(request)
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def confirm(request: HttpRequest) -> HttpResponse:
    """Lead to the way of confirming that this person has; on, when none is needed any more."""
    signed_in(request)
    onward = f"{reverse('web:confirmed')}?{urlencode({'next': _onward(request)})}"
    if is_recent(request):
        return HttpResponseRedirect(onward)
    ways = ways_to_confirm(request, onward)
    if len(ways) == 1:
        return HttpResponseRedirect(ways[0][0])
    return render(request, "web/confirm.html", {"ways": ways}, status=200)


@never_cache
@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """Offer to send what was kept; without that, lead on."""
    signed_in(request)
    kept = _kept(request) if is_recent(request) else None
    if kept is None:
        return HttpResponseRedirect(_onward(request))
    path, fields = kept
    return render(request, "web/confirmed.html", {"path": path, "fields": fields, "back": _onward(request)})


def ways_to_confirm(request: HttpRequest, onward: str) -> list[tuple[str, str]]:
    """Address and name of each way in which this person can confirm, the strongest first."""
    return [(f"{each['url']}?{urlencode({'next': onward})}", each["description"]) for each in _methods(request)]


def _methods(request: HttpRequest) -> Sequence[dict[str, str]]:
    found: list[dict[str, str]] = get_adapter().get_reauthentication_methods(request.user)
    return found


def _onward(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _keep(request: HttpRequest) -> None:
    fields = [[name, value] for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    text = json.dumps({"path": request.get_full_path(), "fields": fields})
    request.session.pop(KEPT, None)
    if len(text) <= MOST_KEPT:
        request.session[KEPT] = [clock.now().timestamp(), hide(text, PURPOSE)]


def _kept(request: HttpRequest) -> tuple[str, list[list[str]]] | None:
    at, hidden = request.session.pop(KEPT, (0, ""))
    text = reveal(hidden, PURPOSE) if clock.now().timestamp() - at < RECENT.total_seconds() else None
    if text is None:
        return None
    found = json.loads(text)
    return found["path"], found["fields"]
