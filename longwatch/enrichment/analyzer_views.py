# SPDX-License-Identifier: Apache-2.0
"""Pages for the administration of analyzers."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.enrichment import analyses
from longwatch.enrichment.analysis_models import Failure
from longwatch.enrichment.analyzer_forms import PREFIX, AnalyzerForm, initial_of
from longwatch.enrichment.cortex.running import can_be_alone
from longwatch.enrichment.services.analyzers import set_up
from longwatch.web.toasts import say


def _administrator(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.ACCOUNT_ADMINISTER)


@require_GET
def analyzers(request: HttpRequest) -> HttpResponse:
    """The analyzers that lie in the folder, which may be asked, and how they did."""
    found, rows = analyses.listed(_administrator(request))
    context = {
        "found": found, "rows": [(row, failure_words(row.ran.last_failure)) for row in rows], "section": "analyzers",
        "alone": can_be_alone(),
    }  # fmt: skip
    return render(request, "enrichment/analyzers.html", context)


@require_http_methods(["GET", "POST"])
def analyzer(request: HttpRequest, name: str) -> HttpResponse:
    """One analyzer: what it says of itself, what it may do, what it is told."""
    actor = _administrator(request)
    row = analyses.one(actor, name)
    context = {
        "row": row,
        "failure": failure_words(row.ran.last_failure),
        "section": "analyzers",
        "alone": can_be_alone(),
    }
    if row.description is None:
        return render(request, "enrichment/analyzer.html", context)
    form = AnalyzerForm(
        request.POST if request.method == "POST" else None, description=row.description, setup=row.setup,
        initial=initial_of(row.setup),
    )  # fmt: skip
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            made = set_up(name, form.allowed(), form.settings(), by=actor)
        except Invalid as refusal:
            _blame(form, refusal)
        except Conflict as refusal:
            form.add_error(None, refusal.sentence)
            status = refusal.status
        else:
            say(request, _said(made.name, enabled=made.enabled))
            return HttpResponseRedirect(reverse("analyzers-admin:list"))
    return render(request, "enrichment/analyzer.html", {**context, "form": form}, status=status)


def failure_words(failure: str) -> str:
    """Why the last question was not answered."""
    return str(Failure(failure).label) if failure in Failure.values else failure


def _said(name: str, *, enabled: bool) -> str:
    words = _("%(name)s may be asked now.") if enabled else _("%(name)s is set up, and is not asked.")
    return words % {"name": name}


def _blame(form: AnalyzerForm, refusal: Invalid) -> None:
    for name, sentence in refusal.fields.items():
        form.add_error(next((each for each in (name, PREFIX + name) if each in form.fields), None), sentence)
