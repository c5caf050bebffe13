# SPDX-License-Identifier: Apache-2.0
"""How somebody signs in, for administrators: where they are, what they have, whether they are locked out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access import selectors
from longwatch.access.second_factors import factors_of, lasting, reset_second_factors
from longwatch.access.services.signing_in import revoke_session, revoke_sessions, sessions_of
from longwatch.access.services.throttling import locks, unlock
from longwatch.access.stepup import require_recent
from longwatch.web.administration import administrator
from longwatch.web.toasts import say


@require_GET
def person(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One person's sessions, second factors and locks."""
    actor = administrator(request)
    account = selectors.account_of(actor, account_id)
    context = {
        "person": account,
        "own": account.id == actor.id,
        "sessions": sessions_of(account.id, by=actor),
        "factors": lasting(factors_of(account.id)),
        "locks": [each for each in locks(actor) if each.account_id == account.id],
    }
    return render(request, "web/admin/sign_in.html", context)


@require_GET
def locked(request: HttpRequest) -> HttpResponse:
    """Who is locked out just now after too many failed attempts."""
    return render(request, "web/admin/locked.html", {"locks": locks(administrator(request)), "section": "locked"})


@require_POST
def unlock_person(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let somebody try again at once."""
    unlock(account_id, by=administrator(request))
    say(request, _("They can try again at once."))
    return HttpResponseRedirect(reverse("sign-in-admin:person", args=[account_id]))


@require_POST
def end_session(request: HttpRequest, account_id: UUID, session_id: UUID) -> HttpResponse:
    """End one session."""
    revoke_session(account_id, session_id, by=administrator(request))
    say(request, _("That session has ended."))
    return HttpResponseRedirect(reverse("sign-in-admin:person", args=[account_id]))


@require_POST
def end_sessions(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """End all sessions of somebody."""
    revoke_sessions(account_id, reason="administrator", by=administrator(request))
    say(request, _("They are signed out everywhere."))
    return HttpResponseRedirect(reverse("sign-in-admin:person", args=[account_id]))


@require_POST
def reset(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take the second factors from somebody who lost them; takes a recent confirmation and a reason."""
    actor = administrator(request)
    require_recent(request)
    reset_second_factors(account_id, reason=request.POST.get("reason", "")[:300], by=actor)
    say(request, _("Their second factors are gone. They set up new ones when they sign in."))
    return HttpResponseRedirect(reverse("sign-in-admin:person", args=[account_id]))
