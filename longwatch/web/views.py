# SPDX-License-Identifier: Apache-2.0
"""The start, error pages and refusals."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotFound, TooMany
from longwatch.core.problem import CONTENT_TYPE, refusal_document, refusal_headers
from longwatch.web import last_resort
from longwatch.web.navigation import ADMIN, OWN, PLACES, links

HEADINGS = {
    400: gettext_lazy("We could not read that request"),
    401: gettext_lazy("Sign in to go on"),
    403: gettext_lazy("Your role does not allow this"),
    404: gettext_lazy("There is nothing here"),
    409: gettext_lazy("This cannot be done just now"),
    412: gettext_lazy("Somebody else changed this meanwhile"),
    413: gettext_lazy("That file is too large"),
    422: gettext_lazy("There is a problem"),
    429: gettext_lazy("That was a little too fast"),
    500: gettext_lazy("Something broke on our side"),
}
ADVICE = {
    400: gettext_lazy("Nothing was changed. Go back, reload the page and try again."),
    401: gettext_lazy("Nothing was changed. You will return to this page after signing in."),
    403: gettext_lazy("Nothing was changed. If you need this for your work, ask an administrator."),
    404: gettext_lazy("The address may be mistyped, or you may not be a member of what it belongs to."),
    409: gettext_lazy("Nothing was changed. Put this right, then try again."),
    412: gettext_lazy(
        "Your change was not saved. Go back and copy your text, reload the page, then make the change again."
    ),
    413: gettext_lazy("Nothing was stored. Send it in smaller parts, or ask an administrator to raise the limit."),
    422: gettext_lazy("Nothing was saved. Go back and correct what is named here; your text is still there."),
    429: gettext_lazy("Nothing is lost. Wait a minute, then try again."),
    500: gettext_lazy(
        "The record is safe: what was not finished was not saved. "
        "Try again; if it happens twice, tell an administrator the time."
    ),
}
FALLBACK = 400
log = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead the person to the first place they may open; anybody else to signing in."""
    actor = vars(request).get("actor")
    places = [link for group in (PLACES, ADMIN, OWN) for link in links(group, actor, request.path)]
    if places:
        return HttpResponseRedirect(places[0].url)
    if actor is None:
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
    return render(request, "web/nowhere.html")


def render_refusal(request: HttpRequest, error: LongwatchError) -> HttpResponse:
    """A refusal as JSON for the API, as a toast for htmx and as a page for everybody else."""
    if request.path_info.startswith("/api/"):
        response: HttpResponse = _problem(error)
    elif request.headers.get("HX-Request"):
        response = refusal_toast(request, error.sentence, error.status)
    else:
        details = list(error.gaps) if isinstance(error, Conflict) else []
        details += list(error.fields.values()) if isinstance(error, Invalid) else []
        response = _page(request, error.status, sentence=error.sentence, details=details)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _problem(error: LongwatchError) -> HttpResponse:
    response = JsonResponse(refusal_document(error), status=error.status, content_type=CONTENT_TYPE)
    for name, value in refusal_headers(error).items():
        response.headers[name] = value
    return response


def refusal_toast(
    request: HttpRequest, sentence: str, status: int, *, link: str = "", link_text: str = ""
) -> HttpResponse:
    """A refusal in the toast region, which stays when it carries a link, such as to sign in."""
    context = {"text": sentence, "level": "error", "link": link, "link_text": link_text or _("Sign in")}
    response = render(request, "web/parts/toast.html", context, status=status)
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    response.headers["HX-Reselect"] = ".toast"
    return response


def _page(request: HttpRequest, status: int, *, sentence: str = "", details: list[str] | None = None) -> HttpResponse:
    known = status if status in HEADINGS else FALLBACK
    context = {
        "status": status,
        "heading": HEADINGS[known],
        "sentence": "" if sentence in (f"{HEADINGS[known]}.", NotFound().sentence) else sentence,
        "advice": ADVICE[known],
        "details": details or [],
    }
    return render(request, "web/error.html", context, status=status)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return refusal_toast(request, f"{HEADINGS[status]}. {ADVICE[status]}", status)
    return _page(request, status)


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request could not be read."""
    return _answer(request, 400)


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not allowed."""
    return _answer(request, 403)


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not to be known about."""
    return _answer(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Ours to repair: rendered without the database, and as words alone when even that breaks."""
    try:
        return _broken(request)
    except Exception:
        # Django logs why we came here; this says why the page for it could not be shown, such as a file not gathered.
        log.exception("The page for failures failed: %r", request.path_info)
        return HttpResponse(last_resort.PAGE, status=500)


def _broken(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return refusal_toast(request, f"{HEADINGS[500]}. {ADVICE[500]}", 500)
    context = {"status": 500, "heading": HEADINGS[500], "advice": ADVICE[500]}
    # Without the request no context processor runs, so a broken database cannot break this page too.
    return HttpResponse(render_to_string("web/error.html", context), status=500)
