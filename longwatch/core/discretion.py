# SPDX-License-Identifier: Apache-2.0
"""What is kept of the moment when somebody reported without an account: the day, and nothing finer.

Used wherever a row or an entry is stamped that a reporter's act can cause.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.ids import uuid7


def is_discreet(by: Actor) -> bool:
    """Whether the actor's moments and origin are nobody's business."""
    return by.kind == ActorKind.REPORTER


def moment_of(by: Actor) -> datetime:
    """When something that the actor does now is said to have happened: for a reporter, the day began."""
    return day_of(clock.now()) if is_discreet(by) else clock.now()


def fresh_id(by: Actor) -> UUID:
    """A new identifier for what the actor makes: a reporter's holds no time."""
    return uuid4() if is_discreet(by) else uuid7()


def is_only_day(moment: datetime) -> bool:
    """Whether a moment that was stamped here, and not typed by anybody, is a day and nothing finer."""
    return moment == day_of(moment.astimezone(UTC))


def day_of(moment: datetime) -> datetime:
    """The beginning of the day, in UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def moment_in(text: str) -> tuple[datetime, bool]:
    """A moment that was written as text, and whether it is a day alone; a day begins in UTC."""
    moment = datetime.fromisoformat(text)
    return (moment, False) if moment.tzinfo else (moment.replace(tzinfo=UTC), True)
