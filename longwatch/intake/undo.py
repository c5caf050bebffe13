# SPDX-License-Identifier: Apache-2.0
"""The way back of what one did in the inbox: kept in one's session for the few seconds a toast stays."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.intake.models import Signal
from longwatch.intake.services import triage

KEY = "intake_undo"
KEPT = 5


@dataclass(frozen=True, slots=True)
class Undo:
    """An act and, for each of its signals, what was there before."""

    act: str
    before: Mapping[UUID, str]

    @property
    def holders(self) -> set[UUID]:
        """Who gets something in hand again."""
        return {UUID(before) for before in self.before.values() if before} if self.act == "assign" else set()


def remember(request: HttpRequest, act: str, before: Mapping[UUID, str]) -> str:
    """Keep how to take an act back; return the address that does it."""
    token = secrets.token_urlsafe(9)
    kept = dict(list(request.session.get(KEY, {}).items())[-(KEPT - 1) :])
    kept[token] = {"act": act, "before": {str(signal_id): value for signal_id, value in before.items()}}
    request.session[KEY] = kept
    return reverse("intake:undo", args=[token])


def take(request: HttpRequest, token: str) -> Undo:
    """What is to be taken back; refuses what was taken back already or is too long ago."""
    kept = request.session.get(KEY, {})
    found = kept.pop(token, None)
    if found is None:
        raise NotFound("This cannot be undone any more.")
    request.session[KEY] = kept
    return Undo(found["act"], {UUID(signal_id): value for signal_id, value in found["before"].items()})


def way_back(undo: Undo, by: Actor) -> Callable[[UUID], Signal]:
    """The service that takes the act back for one signal."""

    def take_back(signal_id: UUID) -> Signal:
        before = undo.before[signal_id]
        match undo.act:
            case "acknowledge":
                return triage.unacknowledge(signal_id, by)
            case "assign":
                return triage.assign(signal_id, UUID(before) if before else None, by)
            case "snooze" | "unsnooze":
                until = parse_datetime(before) if before else None
                asleep = until is not None and until > clock.now()
                return triage.snooze(signal_id, until, by) if asleep and until else triage.unsnooze(signal_id, by)
            case "reopen":
                return triage.dismiss(signal_id, before, by=by)
            case _:
                return triage.reopen(signal_id, by)

    return take_back
