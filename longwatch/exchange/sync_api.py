# SPDX-License-Identifier: Apache-2.0
"""Telling senders, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import Router

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.exchange import sync_selectors as selectors
from longwatch.exchange.services import syncing, trying
from longwatch.exchange.services.syncing import Telling
from longwatch.exchange.sync_models import LetterState, SenderSync, SyncLetter
from longwatch.exchange.sync_schemas import (
    SenderIn,
    SenderMessageList,
    SenderMessageOut,
    SenderOut,
    SenderTemplateOut,
    SenderTrialIn,
    SenderTrialOut,
)
from longwatch.exchange.sync_starts import starts
from longwatch.web.afterwards import Afterwards
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Sources"])
ONE = "/sources/{uuid:source_id}/sender"
OF_THE_COURSE = ("told", "told_at", "failing_since", "failure", "stuck")
SET = ("url", "calls", "headers", "words", "scheme", "user", "authorities", "verified", "tells_who", "tells_why")


def _manager(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.SOURCE_MANAGE)


@router.get(ONE, response=SenderOut, summary="How a sender is told", operation_id="sender_read")
def read(request: HttpRequest, source_id: UUID, response: HttpResponse) -> dict[str, Any]:
    """With how it goes, and its version as ETag; 404 where nothing is set up."""
    row = selectors.sync(source_id, _manager(request))
    tag(response, row.version)
    return _told(row)


@router.put(ONE, response=SenderOut, summary="Tell a sender", operation_id="sender_set")
def set_it_up(
    request: HttpRequest, source_id: UUID, wanted: SenderIn, response: HttpResponse, version: IfMatch = None
) -> dict[str, Any]:
    """Sets it up, or changes all of it; told is what happens from now on. Another host needs its secret again."""
    actor = _manager(request)
    syncing.set_up(source_id, Telling(**wanted.dict()), by=actor, expected_version=version)
    row = selectors.sync(source_id, actor)
    tag(response, row.version)
    return _told(row)


@router.delete(ONE, response=SenderOut, summary="Stop telling a sender", operation_id="sender_end")
def end(request: HttpRequest, source_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """Its secret is forgotten, and what waits is told to nobody."""
    actor = _manager(request)
    known = selectors.sync(source_id, actor)
    row = syncing.end(source_id, by=actor, expected_version=version)
    row.course = known.course
    return _told(row)


@router.post(f"{ONE}/pause", response=SenderOut, summary="Pause telling a sender", operation_id="sender_pause")
def pause(request: HttpRequest, source_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """What happens meanwhile waits."""
    actor = _manager(request)
    syncing.pause(source_id, by=actor, expected_version=version)
    return _told(selectors.sync(source_id, actor))


@router.post(f"{ONE}/resume", response=SenderOut, summary="Tell a sender again", operation_id="sender_resume")
def resume(request: HttpRequest, source_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """At once, what waits first."""
    actor = _manager(request)
    syncing.resume(source_id, by=actor, expected_version=version)
    return _told(selectors.sync(source_id, actor))


@router.post(f"{ONE}/trial", response=SenderTrialOut, summary="Try to tell a sender", operation_id="sender_trial")
def trial(request: HttpRequest, source_id: UUID, about: SenderTrialIn) -> dict[str, Any] | HttpResponseBase:
    """What exactly would be sent about a signal that you may read; sent once when you ask for that."""
    actor = _manager(request)
    row = selectors.sync(source_id, actor)
    wanted = Telling(**{name: getattr(row, name) for name in SET})
    if about.send:
        sending = trying.begin_trial(source_id, wanted, about.signal_id, about.occasion, by=actor)
        return Afterwards(sending.send, _sent)
    return _tried(trying.preview(source_id, wanted, about.signal_id, about.occasion, by=actor))


def _sent(found: trying.Trial) -> HttpResponse:
    told = SenderTrialOut.model_validate(_tried(found)).model_dump(mode="json")
    return JsonResponse(told, content_type="application/json; charset=utf-8")


def _tried(found: trying.Trial) -> dict[str, Any]:
    answers = {each.call.number: each for each in found.answers}
    return {"calls": [_shown(each, answers.get(each.number)) for each in found.calls]}


def _shown(call: trying.Shown, answer: trying.Answered | None) -> dict[str, Any]:
    told = {name: getattr(call, name) for name in ("method", "url", "headers", "body", "missing")}
    if answer is not None:
        told |= {"works": answer.works, "sentence": answer.sentence, "answer": answer.answer}
    return told


@router.get(
    f"{ONE}/messages", response=SenderMessageList, summary="What a sender is told", operation_id="sender_messages"
)
def messages(request: HttpRequest, source_id: UUID, state: LetterState | None = None) -> dict[str, Any]:
    """What waits, was told, or was refused; no content."""
    actor = _manager(request)
    states = [state] if state else LetterState.values
    return {"items": [each.row for each in selectors.letters(selectors.sync(source_id, actor), actor, states=states)]}


@router.post(
    f"{ONE}/messages/{{uuid:message_id}}/resend", response=SenderMessageOut,
    summary="Tell a sender again what it refused", operation_id="sender_resend",
)  # fmt: skip
def resend(request: HttpRequest, source_id: UUID, message_id: UUID) -> SyncLetter:
    """409 when it is not refused, or something newer happened to the signal since."""
    return syncing.send_again(source_id, message_id, by=_manager(request))


@router.get(
    "/sender-templates",
    response=list[SenderTemplateOut],
    summary="Ready-made ways to tell",
    operation_id="sender_starts",
)
def ready_made(request: HttpRequest) -> list[dict[str, Any]]:
    """One for each tool that Longwatch comes with, to begin with."""
    _manager(request)
    names = ("name", "title", "about", "notes", "url", "scheme", "user", "calls")
    return [
        {name: getattr(each, name) for name in names} | {"headers": dict(each.headers), "words": dict(each.words)}
        for each in starts().values()
    ]


def _told(row: SenderSync) -> dict[str, Any]:
    own = {name for name in SenderOut.model_fields if name not in OF_THE_COURSE}
    return {name: getattr(row, name) for name in own} | {name: getattr(row.course, name) for name in OF_THE_COURSE}
