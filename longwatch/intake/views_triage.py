# SPDX-License-Identifier: Apache-2.0
"""What one does to signals from their pages: one outcome, then the next signal, with a way back."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake import views
from longwatch.intake.forms import AssignForm, BulkForm, DismissForm, DuplicateForm, SnoozeForm, is_uuid
from longwatch.intake.inbox import InboxFilter, signal_for_page
from longwatch.intake.inbox_rows import RowWriter
from longwatch.intake.models import Signal
from longwatch.intake.sentences import reason_words
from longwatch.intake.services import triage
from longwatch.intake.services.bulk_triage import Judged, judge_many
from longwatch.intake.triage_rules import KeyIsOpen
from longwatch.intake.undo import remember, take, way_back
from longwatch.web.toasts import say, warn

FormT = TypeVar("FormT", bound=forms.Form)


@require_POST
def acknowledgement(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Acknowledge; one stays at the signal."""
    actor, _before = _at(request, signal_id)
    triage.acknowledge(signal_id, actor, expected_version=_version(request))
    _say(request, _("Acknowledged."), "acknowledge", signal_id)
    return _stay(request, actor, signal_id)


@require_POST
def assignment(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Assign to me, to somebody or to nobody; one stays at the signal."""
    actor, before = _at(request, signal_id)
    account = _valid(AssignForm(request.POST)).chosen(actor.id)
    signal = triage.assign(signal_id, account, actor, expected_version=_version(request))
    name = signal.assignee.name if signal.assignee else ""
    text = _("Assigned to %(name)s.") % {"name": name} if name else _("Nobody has it now.")
    _say(request, text, "assign", signal_id, str(before.assignee_id or ""))
    return _stay(request, actor, signal_id)


@require_POST
def dismissal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Dismiss with a reason; the next signal follows."""
    actor, _before = _at(request, signal_id)
    form = _valid(DismissForm(request.POST))
    reason, note = form.cleaned_data["reason"], form.cleaned_data["note"]
    signal = triage.dismiss(signal_id, reason, note, by=actor, expected_version=_version(request))
    _say(request, _("Dismissed: %(reason)s.") % {"reason": reason_words(reason).lower()}, "dismiss", signal_id)
    return _go_on(request, actor, signal)


@require_POST
def duplicate(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Mark as a duplicate of another; the next signal follows."""
    actor, _before = _at(request, signal_id)
    of_id = _valid(DuplicateForm(request.POST)).cleaned_data["of"]
    signal = triage.mark_duplicate(signal_id, of_id, actor, expected_version=_version(request))
    _say(request, _("Marked as a duplicate."), "duplicate", signal_id)
    return _go_on(request, actor, signal)


@require_POST
def snooze(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Snooze until a time; the next signal follows."""
    actor, before = _at(request, signal_id)
    until = _valid(SnoozeForm(request.POST)).moment()
    signal = triage.snooze(signal_id, until, actor, expected_version=_version(request))
    slept = before.snoozed_until.isoformat() if before.snoozed_until else ""
    _say(request, _("Snoozed."), "snooze", signal_id, slept)
    return _go_on(request, actor, signal)


@require_POST
def waking(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Bring a snoozed signal back now; one stays at it."""
    actor, before = _at(request, signal_id)
    triage.unsnooze(signal_id, actor)
    slept = before.snoozed_until.isoformat() if before.snoozed_until else ""
    _say(request, _("Back in the inbox."), "unsnooze", signal_id, slept)
    return _stay(request, actor, signal_id)


@require_POST
def reopening(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Put a dismissed signal back into the inbox; one stays at it, or goes to the newer one with its key."""
    actor, _before = _at(request, signal_id)
    try:
        triage.reopen(signal_id, actor)
    except KeyIsOpen as refusal:
        warn(request, refusal.sentence)
        return HttpResponseRedirect(reverse("intake:signal", args=[refusal.open_id]))
    say(request, _("Back in the inbox."))
    return _stay(request, actor, signal_id)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The same outcome for all chosen rows."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    form = _valid(BulkForm({**request.POST.dict(), **request.GET.dict()}))
    ids = [UUID(text) for text in request.POST.getlist("ids") if is_uuid(text)]
    act = form.cleaned_data["act"]
    before = _before_all(act, ids)
    given_to = [_valid(AssignForm(request.POST)).chosen(actor.id)] if act == "assign" else []
    judged = judge_many(ids, _bulk_act(act, request.POST, actor), given_to=given_to)
    _say_many(request, act, judged, before)
    query = views.list_query(QueryDict(form.cleaned_data["list"]))
    return HttpResponseRedirect(reverse("intake:inbox") + (f"?{query}" if query else ""))


@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what a toast confirmed."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    found = take(request, token)
    judged = judge_many(list(found.before), way_back(found, actor), given_to=found.holders)
    if judged.done:
        count = len(judged.done)
        say(request, ngettext("Taken back.", "Taken back for %(count)s signals.", count) % {"count": count})
    for refused in {skipped.why for skipped in judged.skipped}:
        warn(request, refused)
    only = next(iter(found.before))
    return HttpResponseRedirect(_way_back(request, only if len(found.before) == 1 else None))


def _bulk_act(act: str, values: QueryDict, actor: Actor) -> Callable[[UUID], Signal]:
    if act == "dismiss":
        cleaned = _valid(DismissForm(values)).cleaned_data
        return lambda signal_id: triage.dismiss(signal_id, cleaned["reason"], cleaned["note"], by=actor)
    if act == "snooze":
        until = _valid(SnoozeForm(values)).moment()
        return lambda signal_id: triage.snooze(signal_id, until, actor)
    if act == "assign":
        account = _valid(AssignForm(values)).chosen(actor.id)
        return lambda signal_id: triage.assign(signal_id, account, actor)
    return lambda signal_id: triage.acknowledge(signal_id, actor)


def _before_all(act: str, ids: list[UUID]) -> dict[UUID, str]:
    column = {"assign": "assignee_id", "snooze": "snoozed_until"}.get(act)
    if column is None:
        return dict.fromkeys(ids, "")
    values = Signal.objects.filter(id__in=ids).values_list("id", column)
    return {signal_id: str(value or "") for signal_id, value in values}


def _say_many(request: HttpRequest, act: str, judged: Judged, before: Mapping[UUID, str]) -> None:
    count = len(judged.done)
    words = {
        "dismiss": ngettext("%(count)s signal dismissed.", "%(count)s signals dismissed.", count),
        "snooze": ngettext("%(count)s signal snoozed.", "%(count)s signals snoozed.", count),
        "assign": ngettext("%(count)s signal assigned.", "%(count)s signals assigned.", count),
        "acknowledge": ngettext("%(count)s signal acknowledged.", "%(count)s signals acknowledged.", count),
    }[act]
    if count:
        kept = {signal.id: before.get(signal.id, "") for signal in judged.done}
        say(request, words % {"count": count}, undo_url=remember(request, act, kept))
    if judged.skipped:
        left = len(judged.skipped)
        text = ngettext("%(count)s was left as it is: %(why)s", "%(count)s were left as they are: %(why)s", left)
        warn(request, text % {"count": left, "why": " ".join(sorted({each.why for each in judged.skipped}))})


def _at(request: HttpRequest, signal_id: UUID) -> tuple[Actor, Signal]:
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    return actor, signal_for_page(signal_id)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else None


def _valid(form: FormT) -> FormT:
    if form.is_valid():
        return form
    fields = {name: str(messages[0]) for name, messages in form.errors.items()}
    raise Invalid(next(iter(fields.values())), fields=fields)


def _say(request: HttpRequest, text: str, act: str, signal_id: UUID, before: str = "") -> None:
    say(request, text, undo_url=remember(request, act, {signal_id: before}))


def _stay(request: HttpRequest, actor: Actor, signal_id: UUID) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(_way_back(request, signal_id))
    query = request.POST.get("list", "")
    row = views.inbox_of(actor, query).row(signal_id)
    return _answer(request, actor, query, signal_id, changed=row)


def _go_on(request: HttpRequest, actor: Actor, signal: Signal) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(_way_back(request, signal.id))
    query = request.POST.get("list", "")
    following = views.inbox_of(actor, query).after(signal)
    return _answer(
        request, actor, query, following.id if following else None, gone=signal.id,
        changed=following,
    )  # fmt: skip


def _answer(
    request: HttpRequest,
    actor: Actor,
    query: str,
    at: UUID | None,
    *,
    changed: Signal | None,
    gone: UUID | None = None,
) -> HttpResponse:
    judges = actor.may(Permission.SIGNAL_TRIAGE)
    writer = RowWriter(InboxFilter(), query, selectable=judges, oob=True)
    context: dict[str, Any] = {
        "row": writer.row(changed, current=True) if changed else "", "gone": gone, "in_list": True, "chosen": True,
        "may_triage": judges,
    }  # fmt: skip
    if at is not None:
        context = {**views.detail_context(request, actor, at), **context}
    context["list"] = query
    response = render(request, "intake/answer.html", context)
    after = [*QueryDict(query).lists(), *([("signal", [str(at)])] if at else [])]
    values = QueryDict(mutable=True)
    for name, each in after:
        values.setlist(name, each)
    response.headers["HX-Replace-Url"] = f"{reverse('intake:inbox')}?{values.urlencode()}"
    return response


def _way_back(request: HttpRequest, signal_id: UUID | None) -> str:
    """The page one came from, at the signal; else the signal's own page or the inbox."""
    came_from = request.headers.get("Referer", "")
    inside = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    path, _mark, query = came_from.partition("?")
    if inside and path.endswith(reverse("intake:inbox")):
        values = QueryDict(query, mutable=True)
        values.pop("signal", None)
        if signal_id is not None:
            values["signal"] = str(signal_id)
        return reverse("intake:inbox") + (f"?{values.urlencode()}" if values else "")
    return came_from if inside else reverse("intake:signal", args=[signal_id]) if signal_id else reverse("intake:inbox")
