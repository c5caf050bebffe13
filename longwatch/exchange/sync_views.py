# SPDX-License-Identifier: Apache-2.0
"""Telling the sender of a source: one page to set it up, try it, and see how it goes."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, LongwatchError
from longwatch.exchange import sync_selectors
from longwatch.exchange.services import syncing, trying
from longwatch.exchange.services.syncing import end, pause, resume, set_up, sync_of
from longwatch.exchange.services.trying import Trial
from longwatch.exchange.sync_forms import SyncForm, initial_of, initial_of_start
from longwatch.exchange.sync_models import LetterState, SenderSync
from longwatch.exchange.sync_starts import resembling, starts
from longwatch.exchange.sync_template import NAMES
from longwatch.intake import selectors
from longwatch.web.afterwards import Afterwards
from longwatch.web.toasts import say

Found = TypeVar("Found")


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def sender_page(request: HttpRequest, source_id: UUID) -> HttpResponseBase:
    """What is set up for a source, how it goes, and the form, which can be tried before it is saved."""
    actor = _manager(request)
    row = sync_of(source_id, actor)
    if request.method == "POST":
        require_recent(request)
    start = starts().get(request.GET.get("start", ""))
    initial = initial_of(row) if row else initial_of_start(start or starts()["json"])
    if row and start:
        initial |= {name: value for name, value in initial_of_start(start).items() if name.startswith("call")}
    form = SyncForm(request.POST or None, initial=initial, signals=trying.offered(source_id, actor))

    def shown(trial: Trial | None = None) -> HttpResponse:
        return render(request, "exchange/sender.html", _context(form, trial, row, start, source_id, actor),
                      status=422 if form.errors else 200)  # fmt: skip

    if not (form.is_bound and form.is_valid()):
        return shown()
    if "send" in request.POST:
        sending = _tried(form, source_id, actor, trying.begin_trial)
        return Afterwards(sending.send, shown) if sending else shown()
    if "preview" in request.POST:
        return shown(_tried(form, source_id, actor, trying.preview))
    if _saved(form, source_id, actor):
        say(request, _("Saved. The sender is told of what happens from now on."))
        return _to(source_id)
    return shown()


def _context(
    form: SyncForm, trial: Trial | None, row: SenderSync | None, start: Any, source_id: UUID, actor: Actor
) -> dict[str, Any]:  # fmt: skip
    context: dict[str, Any] = {
        "form": form, "trial": trial, "row": row, "start": start, "chosen": start or resembling(form.paths),
        "starts": starts().values(), "names": NAMES.items(),
        "source": selectors.source(actor, source_id), "section": "sources",
    }  # fmt: skip
    if row is not None:
        context |= {
            "waiting": sync_selectors.counted(row, LetterState.WAITING),
            "refused": sync_selectors.letters(row, actor),
            "newest": sync_selectors.letters(row, actor, states=LetterState.values)[:10],
        }  # fmt: skip
    return context


def _saved(form: SyncForm, source_id: UUID, actor: Actor) -> bool:
    try:
        set_up(source_id, form.wanted(), by=actor)
    except Invalid as refusal:
        form.blame(refusal)
        return False
    except LongwatchError as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _tried(form: SyncForm, source_id: UUID, actor: Actor, act: Callable[..., Found]) -> Found | None:
    given = form.cleaned_data
    if not given["signal"]:
        form.add_error("signal", _("Choose a signal that you may read."))
        return None
    try:
        return act(source_id, form.wanted(), UUID(given["signal"]), given["occasion"], by=actor)
    except Invalid as refusal:
        form.blame(refusal)
    except LongwatchError as refusal:
        form.add_error(None, refusal.sentence)
    return None


def _act(what: Callable[[UUID, Actor], SenderSync], sentence: str | Promise) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, source_id: UUID) -> HttpResponse:
        what(source_id, _manager(request))
        say(request, str(sentence))
        return _to(source_id)

    return view


pausing = _act(lambda key, by: pause(key, by=by), gettext_lazy("The sender is told nothing for now."))
resuming = _act(lambda key, by: resume(key, by=by), gettext_lazy("The sender is told again."))
ending = _act(lambda key, by: end(key, by=by), gettext_lazy("The sender is told nothing more."))


@require_POST
def resending(request: HttpRequest, source_id: UUID, message_id: UUID) -> HttpResponse:
    """Have something refused told again."""
    syncing.send_again(source_id, message_id, by=_manager(request))
    say(request, _("It is sent again within seconds."))
    return _to(source_id)


def _to(source_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("senders:sender", args=[source_id]))
