# SPDX-License-Identifier: Apache-2.0
"""The public report form: questions, check, receipt; no account, no cookie."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access.models import Organisation
from longwatch.access.permission import actor_in
from longwatch.core.actor import public_reporter
from longwatch.core.errors import LongwatchError, SignInNeeded
from longwatch.evidence.services.receiving import Upload
from longwatch.intake.report_forms import (
    CATEGORY_SEVERITY,
    FilesForm,
    ReportForm,
    new_token,
    read_token,
    too_much,
    too_quick,
)
from longwatch.intake.report_limits import REPORTS
from longwatch.intake.report_pages import admit, asker_of, in_language, organisation_of, page
from longwatch.intake.services import reports
from longwatch.records.severity import Severity

STATES = {
    "received": translation.gettext_lazy("It has arrived. Nobody has judged it yet."),
    "in_hand": translation.gettext_lazy("Somebody is looking at it."),
    "finished": translation.gettext_lazy("It was looked at and is finished."),
}
PROBLEMS = {
    "too_old": translation.gettext_lazy("This page was open for too long. Check it and send it again."),
    "too_quick": translation.gettext_lazy("That was very quick. Check your answers, then send."),
    "too_many": translation.gettext_lazy(
        "Very many reports are arriving just now. Wait a few minutes and send again; your text is still here."
    ),
}


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, org: str = "") -> HttpResponse:
    """Ask, check, send; each step is the same address, and nothing is kept before the last."""
    return in_language(request, lambda language: _answer(request, organisation_of(request, org), language))


def _answer(request: HttpRequest, org: Organisation, language: str) -> HttpResponse:
    if request.method == "GET":
        form = ReportForm(initial={"token": new_token(), "lang": language, **_known(request)})
        return page(request, "report", org, language, form=form)
    form = ReportForm(_with_token(request))
    valid = form.is_valid()
    if not valid or request.POST.get("step") == "edit":
        shown = form if not valid else ReportForm(initial=form.cleaned_data)
        return page(request, "report", org, language, form=shown, status=200 if valid else 422)
    if request.POST.get("step") != "send":
        return _check(request, org, language, form)
    return _send(request, org, language, form)


def _check(
    request: HttpRequest,
    org: Organisation,
    language: str,
    form: ReportForm,
    *,
    problem: str = "",
    files_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    files = FilesForm(auto_id="id_%s", data={} if problem or files_problem else None)
    if files_problem:
        files.refuse(files_problem, "uploads")
    elif problem:
        files.refuse(problem)
    context = {"form": form, "answers": form.answers(), "files_form": files, "map": form.cleaned_data}
    return page(request, "check", org, language, status=status, **context)


def _send(request: HttpRequest, org: Organisation, language: str, form: ReportForm) -> HttpResponse:
    token = read_token(form.cleaned_data["token"])
    files = request.FILES.getlist("uploads")
    if token is None:
        form.data = {**form.data, "token": new_token()}
        return _check(request, org, language, form, problem=str(PROBLEMS["too_old"]), status=422)
    heavy, quick = too_much(files), str(PROBLEMS["too_quick"]) if too_quick(token) else ""
    if heavy or quick:
        return _check(request, org, language, form, files_problem=heavy, problem=quick, status=422)
    if not admit(request, REPORTS):
        return _check(request, org, language, form, problem=str(PROBLEMS["too_many"]), status=429)
    return _store(request, org, language, form, files, str(token["receipt"]))


def _store(
    request: HttpRequest,
    org: Organisation,
    language: str,
    form: ReportForm,
    files: Sequence[Upload],
    receipt: str,
) -> HttpResponse:
    actor = actor_in(request)
    who = actor if actor is not None and not form.cleaned_data["anonymous"] else public_reporter(org.id)
    try:
        told = _report(form, receipt, language)
        received = reports.submit(org, told, files, by=who, asker=asker_of(request))
    except LongwatchError as refusal:
        return _check(request, org, language, form, problem=refusal.sentence, status=refusal.status)
    kept = len(files) if received.created else 0
    names = {"organisation": org.name, "receipt": receipt}
    letter = _("Report to %(organisation)s. Receipt number: %(receipt)s") % names
    context: dict[str, Any] = {
        "receipt": receipt,
        "files": kept,
        "letter": quote(letter + "\n"),
    }
    return page(request, "receipt", org, language, status=200, **context)


def _report(form: ReportForm, receipt: str, language: str) -> reports.Report:
    told = form.cleaned_data
    contact = {name: told[name] for name in ("name", "phone", "email") if told[name]}
    now = told["moment"] == "now"
    return reports.Report(
        what=told["what"], receipt=receipt, severity=CATEGORY_SEVERITY.get(told["category"], Severity.LOW),
        category=told["category"], where=told["where"], latitude=told["latitude"], longitude=told["longitude"],
        when="now" if now else told["when"], who=told["who"], contact=contact, language=language,
        keep_from=told["keep_from"],
    )  # fmt: skip


@require_GET
def my_reports(request: HttpRequest) -> HttpResponse:
    """The reports that one sent while signed in."""
    if actor_in(request) is None:
        raise SignInNeeded(_("Sign in to see your reports."))
    listed = [(each, STATES[each.state]) for each in reports.own_reports()]
    return render(request, "intake/my_reports.html", {"reports": listed, "report_url": reverse("intake:report")})


def _with_token(request: HttpRequest) -> Any:
    """What was sent; a form that lost its mark gets a new one instead of a refusal."""
    data = request.POST.copy()
    if read_token(data.get("token", "")) is None and data.get("step") != "send":
        data["token"] = new_token()
    return data


def _known(request: HttpRequest) -> dict[str, str]:
    actor = actor_in(request)
    return {"name": actor.label} if actor is not None else {}
