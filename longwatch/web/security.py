# SPDX-License-Identifier: Apache-2.0
"""How somebody signs in, and where they are signed in now."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.models import Account
from longwatch.access.permission import signed_in
from longwatch.access.second_factors import factors_of, lasting, needs_second_factor
from longwatch.access.services.signing_in import revoke_session, revoke_sessions, sessions_of
from longwatch.access.sessions import SESSION_ID
from longwatch.access.stepup import require_recent
from longwatch.web.toasts import say


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """One's second factors and sessions."""
    actor = signed_in(request)
    here = _here(request)
    context = {
        "factors": lasting(factors_of(actor.id)),
        "needs_factor": isinstance(request.user, Account) and needs_second_factor(request.user),
        "has_password": isinstance(request.user, Account) and request.user.has_usable_password(),
        "sessions": [{"row": row, "is_here": row.id == here} for row in sessions_of(actor.id, by=actor)],
    }
    return render(request, "web/security.html", context)


@require_POST
def revoke(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's sessions at once; asks who it is, because a session that was left open could end all others."""
    actor = signed_in(request)
    require_recent(request)
    revoke_session(actor.id, session_id, by=actor)
    say(request, _("That session has ended."))
    return HttpResponseRedirect(reverse("security:home"))


@require_POST
def revoke_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one, as carefully."""
    actor = signed_in(request)
    require_recent(request)
    revoke_sessions(actor.id, reason="asked", by=actor, but=_here(request))
    say(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("security:home"))


def _here(request: HttpRequest) -> UUID | None:
    found = request.session.get(SESSION_ID)
    return UUID(found) if found else None
