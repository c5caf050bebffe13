# SPDX-License-Identifier: Apache-2.0
"""What somebody sees whose form came without proof that it is ours: mostly one that was open for too long."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from longwatch.access.permission import actor_in
from longwatch.core.errors import NotAllowed
from longwatch.web.signed_out import signed_out
from longwatch.web.views import render_refusal


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse (403) in the reader's language, and say how to keep what was typed.

    What was typed is not offered to be sent again: a page of somebody else's could have sent it.
    """
    sentence = _("This form was open too long, you signed in or out meanwhile, or cookies are switched off.")
    advice = _(
        "Nothing was saved. Go back: your text is still there, or comes back once you have signed in. "
        "Then send it again; if that fails, copy it and reload the page."
    )
    if request.headers.get("HX-Request") and actor_in(request) is None:
        return signed_out(request)
    if request.path_info.startswith("/api/") or request.headers.get("HX-Request"):
        return render_refusal(request, NotAllowed(f"{sentence} {advice}", code="form_too_old"))
    context = {
        "status": HTTPStatus.FORBIDDEN.value, "heading": _("We could not take this form"), "sentence": sentence,
        "advice": advice,
    }  # fmt: skip
    return render(request, "web/error.html", context, status=HTTPStatus.FORBIDDEN)
