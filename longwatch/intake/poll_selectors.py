# SPDX-License-Identifier: Apache-2.0
"""Connections over which signals are fetched, and how far each is."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.intake.poll_models import Poll

STATES = """
select poll_id, next_at, answered_at, caught_up_at, newest_at, taken, unreadable, failures, errors
  from intake_poll_state where poll_id = any (%s)
"""
NAMES = ("next_at", "answered_at", "caught_up_at", "newest_at", "taken", "unreadable", "failures", "errors")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a connection is."""

    next_at: datetime | None = None
    answered_at: datetime | None = None
    caught_up_at: datetime | None = None
    newest_at: datetime | None = None
    taken: int = 0
    unreadable: int = 0
    failures: int = 0
    errors: list[Problem] = field(default_factory=list)

    @property
    def state(self) -> str:
        """waiting (never answered), failing, behind (more is there), or current."""
        if self.failures:
            return "failing"
        if self.answered_at is None:
            return "waiting"
        return "current" if self.caught_up_at == self.answered_at else "behind"

    @property
    def lag(self) -> timedelta | None:
        """How far behind the tool it was when it last answered: nothing once all was read."""
        if self.answered_at is None or self.newest_at is None or self.state == "waiting":
            return None
        current = self.state == "current" or self.caught_up_at == self.answered_at
        return timedelta(0) if current else max(self.answered_at - self.newest_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class Standing:
    """A connection and how far it is."""

    poll: Poll
    progress: Progress


def polls(actor: Actor, source_id: UUID) -> list[Standing]:
    """The connections of a source, those that are open first."""
    rows = list(Poll.objects.filter(org_id=actor.org_id, source_id=source_id).order_by("closed_at", "-created_at"))
    return _standings(rows)


def poll(actor: Actor, source_id: UUID, poll_id: UUID) -> Standing:
    """One connection; refuses one that is not there for the reader."""
    rows = Poll.objects.select_related("source").filter(org_id=actor.org_id, source_id=source_id, id=poll_id)
    found = rows.first()
    if found is None:
        raise NotFound
    return _standings([found])[0]


def _standings(rows: list[Poll]) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute(STATES, [[row.id for row in rows]])
        known: dict[UUID, Progress] = {row[0]: _progress(row[1:]) for row in cursor.fetchall()}
    return [Standing(row, known.get(row.id, Progress())) for row in rows]


def _progress(values: tuple[Any, ...]) -> Progress:
    told = dict(zip(NAMES, values, strict=True))
    errors = told.pop("errors")
    problems = [Problem(datetime.fromisoformat(each["at"]), each["text"]) for each in _listed(errors)]
    return Progress(**told, errors=problems)


def _listed(errors: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(errors) if isinstance(errors, str) else errors
    return found
