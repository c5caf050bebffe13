# SPDX-License-Identifier: Apache-2.0
"""Triage through the JSON API: each outcome is a resource of the signal, POST makes it, DELETE takes it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake.models import DismissReason, Signal
from longwatch.intake.services import triage
from longwatch.intake.services.bulk_triage import Judged, judge_many
from longwatch.intake.triage_rules import MOST_AT_ONCE
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Triage"])


class Strict(Schema):
    """Input without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class SignalAssignmentIn(Strict):
    """Whose it is to judge; null takes it from everybody."""

    account_id: UUID | None


class DismissalIn(Strict):
    """Why it needs nothing more."""

    reason: Annotated[str, Field(description=f"One of: {', '.join(DismissReason.values)}.")]
    note: Annotated[str, Field(max_length=500)] = ""


class SnoozeIn(Strict):
    """Until when it leaves the inbox: a time with its zone."""

    until: datetime


class DuplicateIn(Strict):
    """Which signal it repeats."""

    of: UUID


class BulkIn(Strict):
    """One outcome for many signals."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
    act: Literal["acknowledge", "assign", "dismiss", "snooze", "reopen"]
    account_id: UUID | None = None
    reason: str = ""
    note: str = ""
    until: datetime | None = None


class StateOut(Schema):
    """Where triage of a signal stands."""

    id: UUID
    status: str
    assignee_id: UUID | None
    snoozed_until: datetime | None
    dismiss_reason: str
    dismiss_note: str
    duplicate_of_id: UUID | None
    closed_at: datetime | None
    version: int


class SkippedOut(Schema):
    """A signal that was left as it was."""

    id: UUID
    code: str
    why: str


class BulkOut(Schema):
    """What became of many signals."""

    done: list[StateOut]
    skipped: list[SkippedOut]


@router.post("/signals/{uuid:signal_id}/acknowledgement", response=StateOut, summary="Acknowledge a signal")
def acknowledge(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Say that somebody has seen it."""
    return _tagged(response, triage.acknowledge(signal_id, _by(request), expected_version=version))


@router.delete("/signals/{uuid:signal_id}/acknowledgement", response=StateOut, summary="Take an acknowledgement back")
def unacknowledge(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Let it count as unseen again."""
    return _tagged(response, triage.unacknowledge(signal_id, _by(request), expected_version=version))


@router.post("/signals/{uuid:signal_id}/assignment", response=StateOut, summary="Assign a signal")
def assign(
    request: HttpRequest, response: HttpResponse, signal_id: UUID, body: SignalAssignmentIn, version: IfMatch = None
) -> Signal:
    """Give it to somebody to judge."""
    by = _by(request)
    return _tagged(response, triage.assign(signal_id, body.account_id, by, expected_version=version))


@router.delete("/signals/{uuid:signal_id}/assignment", response=StateOut, summary="Take a signal from its assignee")
def unassign(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Leave it to nobody."""
    return _tagged(response, triage.assign(signal_id, None, _by(request), expected_version=version))


@router.post("/signals/{uuid:signal_id}/dismissal", response=StateOut, summary="Dismiss a signal")
def dismiss(
    request: HttpRequest, response: HttpResponse, signal_id: UUID, body: DismissalIn, version: IfMatch = None
) -> Signal:
    """Decide that it needs nothing more."""
    signal = triage.dismiss(signal_id, body.reason, body.note, by=_by(request), expected_version=version)
    return _tagged(response, signal)


@router.delete("/signals/{uuid:signal_id}/dismissal", response=StateOut, summary="Reopen a dismissed signal")
def reopen(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Put it back into the inbox; refused (409) while a newer signal with the same key is open."""
    return _tagged(response, triage.reopen(signal_id, _by(request), expected_version=version))


@router.post("/signals/{uuid:signal_id}/duplicate", response=StateOut, summary="Mark a signal as a duplicate")
def mark_duplicate(
    request: HttpRequest, response: HttpResponse, signal_id: UUID, body: DuplicateIn, version: IfMatch = None
) -> Signal:
    """Dismiss it because it tells the same as another."""
    by = _by(request)
    return _tagged(response, triage.mark_duplicate(signal_id, body.of, by, expected_version=version))


@router.delete("/signals/{uuid:signal_id}/duplicate", response=StateOut, summary="Reopen a duplicate")
def unmark_duplicate(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Put it back into the inbox."""
    return _tagged(response, triage.reopen(signal_id, _by(request), expected_version=version))


@router.post("/signals/{uuid:signal_id}/snooze", response=StateOut, summary="Snooze a signal")
def snooze(
    request: HttpRequest, response: HttpResponse, signal_id: UUID, body: SnoozeIn, version: IfMatch = None
) -> Signal:
    """Take it out of the inbox until a time."""
    until = with_zone(body.until)
    return _tagged(response, triage.snooze(signal_id, until, _by(request), expected_version=version))


@router.delete("/signals/{uuid:signal_id}/snooze", response=StateOut, summary="Bring a snoozed signal back")
def unsnooze(request: HttpRequest, response: HttpResponse, signal_id: UUID, version: IfMatch = None) -> Signal:
    """Let it count as awake now."""
    return _tagged(response, triage.unsnooze(signal_id, _by(request), expected_version=version))


@router.post("/signals/triage", response=BulkOut, summary="Judge many signals at once")
def judge(request: HttpRequest, body: BulkIn) -> Judged:
    """Up to 200 at once, in one transaction; those a rule refuses are listed with the reason."""
    return judge_many(body.ids, _act(body, _by(request)), given_to=[body.account_id])


def _act(body: BulkIn, by: Actor) -> Callable[[UUID], Signal]:
    match body.act:
        case "assign":
            return lambda signal_id: triage.assign(signal_id, body.account_id, by)
        case "dismiss":
            return lambda signal_id: triage.dismiss(signal_id, body.reason, body.note, by=by)
        case "snooze":
            until = with_zone(body.until)
            return lambda signal_id: triage.snooze(signal_id, until, by)
        case "reopen":
            return lambda signal_id: triage.reopen(signal_id, by)
    return lambda signal_id: triage.acknowledge(signal_id, by)


def with_zone(moment: datetime | None) -> datetime:
    """The moment; refuses (422) none and one without a zone, which could mean any hour."""
    if moment is None or moment.tzinfo is None:
        sentence = "Give a time with its zone, such as 2026-11-22T14:00:00Z."
        raise Invalid(sentence, fields={"until": sentence})
    return moment


def _by(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.SIGNAL_READ)


def _tagged(response: HttpResponse, signal: Signal) -> Signal:
    tag(response, signal.version)
    return signal
