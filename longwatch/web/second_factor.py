# SPDX-License-Identifier: Apache-2.0
"""Leads whoever needs a second factor and has none to setting it up; until then they see nothing else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from longwatch.access.models import Account
from longwatch.access.second_factors import has_second_factor, needs_second_factor
from longwatch.core.errors import NotAllowed
from longwatch.web.views import refusal_toast

# Kept in the session, so that not every page asks the database; a reset ends the sessions.
HAS_ONE = "longwatch_second_factor"
# Signing in and out and setting it up; what needs nobody; and programs, which hold tokens. By the whole first word of
# the address: "/reporters" is the team's.
FREE = frozenset({"accounts", "confirm", "confirmed", "static", "api", "healthz", "readyz", "report"})


class RequireSecondFactor:
    """Stands before every page of people whose role needs a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or lead to setting one up."""
        if _is_free(request.path_info) or not _is_missing(request):
            return self.get_response(request)
        address = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            sentence = _("Your role needs a second factor. Set it up first.")
            return refusal_toast(request, sentence, NotAllowed.status, link=address, link_text=_("Set it up"))
        return HttpResponseRedirect(address)


def _is_free(path: str) -> bool:
    return path.removeprefix("/").partition("/")[0] in FREE


def _is_missing(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, Account) or not needs_second_factor(user) or request.session.get(HAS_ONE):
        return False
    if has_second_factor(user.id):
        request.session[HAS_ONE] = True
        return False
    return True
