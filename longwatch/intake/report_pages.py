# SPDX-License-Identifier: Apache-2.0
"""What the public pages have in common: their language, whose they are, no cookies, and bounds that follow nobody."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from longwatch.access.models import Organisation
from longwatch.access.permission import actor_in
from longwatch.core import clock
from longwatch.core.environment import PROXIES, current
from longwatch.core.errors import NotAllowed, NotFound, TooLarge
from longwatch.intake.report_forms import MOST_BYTES
from longwatch.intake.report_limits import HourlyLimit, household

FORM_ROOM = 1_000_000
TOO_LARGE = translation.gettext_lazy(
    "That is larger than 50 MB. Go back: your text is still there; choose fewer or smaller files."
)


def refuse_foreign(request: HttpRequest) -> None:
    """Refuse (403) a form that another site's page sends.

    There is no cookie to prove origin with, and nothing to steal: whoever is signed in stays unknown to such a form,
    because the session's cookie does not come along. Browsers say themselves where a form comes from.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    foreign = site == "cross-site" or (
        not site and origin not in ("", "null") and origin.partition("://")[2] != request.get_host()
    )
    if request.method == "POST" and foreign:
        raise NotAllowed(_("This form was sent from another site. Open the report form here and send it again."))


def in_language(request: HttpRequest, answer: Callable[[str], HttpResponse]) -> HttpResponse:
    """The answer in the reader's language; refuses another site's form (403), and (413) more than a report may hold."""
    refuse_foreign(request)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES + FORM_ROOM:
        raise TooLarge(str(TOO_LARGE))
    language = language_of(request)
    with translation.override(language):
        response = answer(language)
    response.headers["Content-Language"] = language
    return response


def page(
    request: HttpRequest, name: str, org: Organisation | None, language: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """One of the public pages."""
    shared = {
        "org": org, "language": language, "languages": settings.LANGUAGES, "signed_in": actor_in(request) is not None,
        "action": request.path, "steps": name,
    }  # fmt: skip
    return render(request, f"intake/report/{name}.html", {**shared, **context}, status=status)


def organisation_of(request: HttpRequest, slug: str) -> Organisation:
    """The organisation named, else one's own, else the only one."""
    every = Organisation.objects.order_by("created_at")
    if slug:
        found = every.filter(slug=slug).first()
    elif (actor := actor_in(request)) is not None:
        found = every.filter(id=actor.org_id).first()
    else:
        first = list(every[:2])
        found = first[0] if len(first) == 1 else None
    if found is None:
        raise NotFound(_("Use the address for reports that your organisation gave you."))
    return found


def language_of(request: HttpRequest) -> str:
    """The language that was chosen, else the browser's; kept in the address, not in a cookie."""
    wanted = request.POST.get("lang") if request.method == "POST" else request.GET.get("lang")
    known = dict(settings.LANGUAGES)
    return wanted if wanted in known else translation.get_language_from_request(request)


def admit(request: HttpRequest, limit: HourlyLimit) -> bool:
    """Whether one more is within the limit; the address is counted and forgotten (report_limits.py)."""
    return limit.admit(address_of(request), clock.now().timestamp())


def asker_of(request: HttpRequest) -> str:
    """Whom a waiting place belongs to while it is taken; it is kept nowhere (receipts.Gate)."""
    return household(address_of(request))


def address_of(request: HttpRequest) -> str:
    """From where a request comes; never to be stored or logged."""
    address = request.META.get("REMOTE_ADDR") or ""
    if current().flag(PROXIES):
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return str(address)
