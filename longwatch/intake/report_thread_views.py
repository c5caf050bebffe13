# SPDX-License-Identifier: Apache-2.0
"""What a receipt opens: where the report stands, and the exchange with the team; no account, no cookie.

The receipt is turned into its tag once. While the page is open, a sealed key in it stands for the receipt, for two
hours; the server keeps nothing of the visit.
"""

import base64
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from longwatch.core import clock
from longwatch.core.errors import LongwatchError
from longwatch.intake import receipts
from longwatch.intake.report_forms import AnswerForm, FollowUpForm, too_much
from longwatch.intake.report_limits import ANSWERS, LOOKUPS
from longwatch.intake.report_pages import admit, asker_of, in_language, page
from longwatch.intake.report_views import PROBLEMS, STATES
from longwatch.intake.services import threads
from longwatch.intake.services.threads import Opened

PURPOSE = "visit"
VISIT_SECONDS = 2 * 3600
UNKNOWN = translation.gettext_lazy("There is no report with this number. Compare it with your receipt, digit by digit.")
LEFT = translation.gettext_lazy(
    "This page was open for too long. Your text is below: copy it, enter the receipt number again, and send it."
)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt; then show what it opens, and take what the reporter writes."""
    return in_language(request, lambda language: _answer(request, language))


def _answer(request: HttpRequest, language: str) -> HttpResponse:
    if request.method == "GET":
        return _ask(request, language, FollowUpForm(initial={"lang": language}))
    if "key" in request.POST:
        return _write(request, language)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _ask(request, language, form, status=422)
    if not admit(request, LOOKUPS):
        form.add_error("receipt", _("Too many numbers were tried just now. Wait an hour, then try again."))
        return _ask(request, language, form, status=429)
    try:
        tag = receipts.tag_of(form.cleaned_data["receipt"], asker_of(request))
    except LongwatchError as refusal:
        form.add_error("receipt", refusal.sentence)
        return _ask(request, language, form, status=refusal.status)
    opened = threads.opened_by(tag) if tag else None
    if opened is None:
        form.add_error("receipt", UNKNOWN)
        return _ask(request, language, form, status=404)
    return _show(request, language, opened, _blank(opened, language))


def _write(request: HttpRequest, language: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    visit = _visit(request.POST.get("key", ""))
    opened = threads.opened_by(visit[0]) if visit else None
    if visit is None or opened is None:
        again = FollowUpForm(initial={"lang": language})
        return _ask(request, language, again, status=422, left=LEFT, unsent=request.POST.get("text", ""))
    files = request.FILES.getlist("uploads")
    problem = too_much(files)
    if form.is_valid() and not problem and not admit(request, ANSWERS):
        problem = str(PROBLEMS["too_many"])
    if problem:
        form.add_error("uploads", problem)
    if not form.is_valid():
        return _show(request, language, opened, form, status=422)
    try:
        opened = threads.answer(opened, form.cleaned_data["text"], files, once=visit[1])
    except LongwatchError as refusal:
        form.add_error("text", refusal.sentence)
        return _show(request, language, opened, form, status=refusal.status)
    return _show(request, language, opened, _blank(opened, language), sent=True)


def _ask(request: HttpRequest, language: str, form: FollowUpForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return page(request, "follow_up", None, language, status=status, form=form, **more)


def _show(
    request: HttpRequest, language: str, opened: Opened, form: AnswerForm, *, status: int = 200, sent: bool = False
) -> HttpResponse:
    context = {"found": opened, "state": STATES[opened.state], "form": form, "sent": sent}
    return page(request, "thread", None, language, status=status, **context)


def _blank(opened: Opened, language: str) -> AnswerForm:
    return AnswerForm(initial={"key": _key(opened.tag), "lang": language})


def _key(tag: bytes) -> str:
    """What stands for the receipt in an open page: sealed, for this visit, for one message."""
    content = {"tag": tag.hex(), "once": str(uuid4()), "until": str(int(clock.now().timestamp()) + VISIT_SECONDS)}
    return base64.urlsafe_b64encode(receipts.seal(content, PURPOSE)).decode()


def _visit(key: str) -> tuple[bytes, UUID] | None:
    try:
        content = receipts.unseal(base64.urlsafe_b64decode(key.encode()), PURPOSE)
    except ValueError:
        return None
    if content is None or int(content["until"]) < clock.now().timestamp():
        return None
    return bytes.fromhex(content["tag"]), UUID(content["once"])
