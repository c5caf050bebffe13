# SPDX-License-Identifier: Apache-2.0
"""The public report form: questions, check, receipt; no account, no cookie but the form's own proof of origin."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access.models import Organisation
from longwatch.access.permission import actor_in
from longwatch.core import clock
from longwatch.core.actor import public_reporter
from longwatch.core.environment import PROXIES, current
from longwatch.core.errors import LongwatchError, NotFound, SignInNeeded, TooLarge
from longwatch.evidence.services.receiving import Upload
from longwatch.intake.report_forms import (
    CATEGORY_SEVERITY,
    MOST_BYTES,
    FilesForm,
    FollowUpForm,
    ReportForm,
    new_token,
    read_token,
    too_much,
    too_quick,
)
from longwatch.intake.report_limits import LOOKUPS, REPORTS, HourlyLimit
from longwatch.intake.services import reports
from longwatch.records.severity import Severity

STATES = {
    "received": translation.gettext_lazy("It has arrived. Nobody has judged it yet."),
    "in_hand": translation.gettext_lazy("Somebody is looking at it."),
    "finished": translation.gettext_lazy("It was looked at and is finished."),
}
PROBLEMS = {
    "too_large": translation.gettext_lazy(
        "That is larger than 50 MB. Go back: your text is still there; choose fewer or smaller files."
    ),
    "too_old": translation.gettext_lazy("This page was open for too long. Check it and send it again."),
    "too_quick": translation.gettext_lazy("That was very quick. Check your answers, then send."),
    "too_many": translation.gettext_lazy(
        "Very many reports are arriving just now. Wait a few minutes and send again; your text is still here."
    ),
    "unknown_receipt": translation.gettext_lazy(
        "There is no report with this number. Compare it with your receipt, digit by digit."
    ),
}
FORM_ROOM = 1_000_000


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, org: str = "") -> HttpResponse:
    """Ask, check, send; each step is the same address, and nothing is kept before the last."""
    # Before the body is read, which is why the proof of origin is asked for inside.
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES + FORM_ROOM:
        raise TooLarge(str(PROBLEMS["too_large"]))
    language = _language(request)
    with translation.override(language):
        response: HttpResponse = _answer(request, _organisation(request, org), language)
    response.headers["Content-Language"] = language
    return response


@csrf_protect
def _answer(request: HttpRequest, org: Organisation, language: str) -> HttpResponse:
    if request.method == "GET":
        form = ReportForm(initial={"token": new_token(), "lang": language, **_known(request)})
        return _page(request, "report", org, language, form=form)
    form = ReportForm(_with_token(request))
    valid = form.is_valid()
    if not valid or request.POST.get("step") == "edit":
        shown = form if not valid else ReportForm(initial=form.cleaned_data)
        return _page(request, "report", org, language, form=shown, status=200 if valid else 422)
    if request.POST.get("step") != "send":
        return _check(request, org, language, form)
    return _send(request, org, language, form)


def _check(
    request: HttpRequest, org: Organisation, language: str, form: ReportForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    files = FilesForm(auto_id="id_%s", data={} if problem else None)
    if problem:
        files.refuse(problem)
    context = {"form": form, "answers": form.answers(), "files_form": files, "map": form.cleaned_data}
    return _page(request, "check", org, language, status=status, **context)


def _send(request: HttpRequest, org: Organisation, language: str, form: ReportForm) -> HttpResponse:
    token = read_token(form.cleaned_data["token"])
    files = request.FILES.getlist("uploads")
    if token is None:
        form.data = {**form.data, "token": new_token()}
        return _check(request, org, language, form, problem=str(PROBLEMS["too_old"]), status=422)
    problem = too_much(files) or (str(PROBLEMS["too_quick"]) if too_quick(token) else "")
    if problem:
        return _check(request, org, language, form, problem=problem, status=422)
    if not _admit(request, REPORTS):
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
        received = reports.submit(org, _report(form, receipt, language), files, by=who)
    except LongwatchError as refusal:
        return _check(request, org, language, form, problem=refusal.sentence, status=refusal.status)
    kept = len(files) if received.created else 0
    names = {"organisation": org.name, "receipt": receipt}
    letter = _("Report to %(organisation)s. Receipt number: %(receipt)s") % names
    context: dict[str, Any] = {
        "receipt": receipt,
        "files": kept,
        "sent_at": clock.now(),
        "letter": quote(letter + "\n"),
    }
    return _page(request, "receipt", org, language, status=200, **context)


def _report(form: ReportForm, receipt: str, language: str) -> reports.Report:
    told = form.cleaned_data
    contact = {name: told[name] for name in ("name", "phone", "email") if told[name]}
    now = told["moment"] == "now"
    return reports.Report(
        what=told["what"], receipt=receipt, severity=CATEGORY_SEVERITY.get(told["category"], Severity.LOW),
        category=told["category"], where=told["where"], latitude=told["latitude"], longitude=told["longitude"],
        when="now" if now else told["when"], who=told["who"], contact=contact, language=language,
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest) -> HttpResponse:
    """Whether the report with a receipt number arrived, and roughly where it stands."""
    language = _language(request)
    with translation.override(language):
        form = FollowUpForm(request.POST or None, initial={"lang": language})
        context: dict[str, Any] = {"form": form}
        status = 200
        if request.method == "POST" and form.is_valid():
            status = _look_up(request, form, context)
        elif request.method == "POST":
            status = 422
        return _page(request, "follow_up", None, language, status=status, **context)


def _look_up(request: HttpRequest, form: FollowUpForm, context: dict[str, Any]) -> int:
    if not _admit(request, LOOKUPS):
        form.add_error("receipt", _("Too many numbers were tried just now. Wait an hour, then try again."))
        return 429
    found = reports.state_of(form.cleaned_data["receipt"])
    if found is None:
        form.add_error("receipt", PROBLEMS["unknown_receipt"])
        return 404
    context.update(found=found, state=STATES[found.state])
    return 200


@require_GET
def my_reports(request: HttpRequest) -> HttpResponse:
    """The reports that one sent while signed in."""
    if actor_in(request) is None:
        raise SignInNeeded(_("Sign in to see your reports."))
    listed = [(each, STATES[each.state]) for each in reports.own_reports()]
    return render(request, "intake/my_reports.html", {"reports": listed, "report_url": reverse("intake:report")})


def _page(
    request: HttpRequest, name: str, org: Organisation | None, language: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    shared = {
        "org": org, "language": language, "languages": settings.LANGUAGES, "signed_in": _signed_in(request),
        "action": request.path, "steps": name,
    }  # fmt: skip
    return render(request, f"intake/report/{name}.html", {**shared, **context}, status=status)


def _with_token(request: HttpRequest) -> Any:
    """What was sent; a form that lost its mark gets a new one instead of a refusal."""
    data = request.POST.copy()
    if read_token(data.get("token", "")) is None and data.get("step") != "send":
        data["token"] = new_token()
    return data


def _organisation(request: HttpRequest, slug: str) -> Organisation:
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


def _language(request: HttpRequest) -> str:
    """The language that was chosen, else the browser's; kept in the address, not in a cookie."""
    wanted = request.POST.get("lang") if request.method == "POST" else request.GET.get("lang")
    known = dict(settings.LANGUAGES)
    return wanted if wanted in known else translation.get_language_from_request(request)


def _admit(request: HttpRequest, limit: HourlyLimit) -> bool:
    address = request.META.get("REMOTE_ADDR") or ""
    if current().flag(PROXIES):
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return limit.admit(address, clock.now().timestamp())


def _signed_in(request: HttpRequest) -> bool:
    return actor_in(request) is not None


def _known(request: HttpRequest) -> dict[str, str]:
    actor = actor_in(request)
    return {"name": actor.label} if actor is not None else {}
