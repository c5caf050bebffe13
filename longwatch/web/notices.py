# SPDX-License-Identifier: Apache-2.0
"""One's notices: that there is something to look at, never what it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import signed_in
from longwatch.access.services import notices
from longwatch.core.errors import NotFound


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    return render(request, "web/notices.html", {"notices": notices.own_notices(signed_in(request))})


@require_POST
def follow(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Go where a notice leads; it counts as read from then on."""
    link = notices.read_notice(notice_id, by=signed_in(request))
    if not link:
        raise NotFound
    return HttpResponseRedirect(link)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of them as read."""
    notices.read_all(signed_in(request))
    return HttpResponseRedirect(reverse("web:notices"))
