# SPDX-License-Identifier: Apache-2.0
"""The sealed match as a page. Only by POST: what is asked stands in no address and no log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.errors import Invalid
from longwatch.search.glass_forms import MatchForm
from longwatch.search.services.sealed_match import Answer, ask_sealed_match
from longwatch.web.forms import blame


@never_cache
@require_http_methods(["GET", "POST"])
def sealed_match(request: HttpRequest) -> HttpResponse:
    """Yes with whom to ask, or no."""
    actor = require_reading(actor_in(request), Permission.SEALED_MATCH)
    form = MatchForm(request.POST or None)
    answer: Answer | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                answer = ask_sealed_match([(given["kind"], given["value"])], reason=given["reason"], by=actor)
                status = 200
            except Invalid as error:
                blame(form, error)
    return render(request, "search/sealed_match.html", {"form": form, "answer": answer}, status=status)
