# SPDX-License-Identifier: Apache-2.0
"""How far the telling of webhooks and senders came, and what was refused: bookkeeping, no part of the record."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from longwatch.core import clock
from longwatch.exchange.hook_feed import Told, sealed_size
from longwatch.exchange.hook_models import Course, DeadLetter, Subscription
from longwatch.exchange.sync_models import LetterState, SenderSync, SyncCourse, SyncLetter

TAKEN = timedelta(seconds=60)


def begin(row: Subscription) -> None:
    """From what happens next."""
    Course.objects.create(subscription=row, position=sealed_size())


def restart(row: Subscription) -> None:
    """At once, from where it stands, as if nothing had failed."""
    Course.objects.filter(subscription=row).update(attempts=0, next_at=clock.now(), failing_since=None, failure="")


def take(course: Course, now: datetime) -> None:
    """For a minute nobody else tells."""
    course.taken_until = now + TAKEN
    course.save(update_fields=["taken_until"])


def put_down(course: Course) -> None:
    """How far it came; others may tell now."""
    course.taken_until = None
    course.save()


def ask_again(letter: DeadLetter) -> None:
    """It was passed over, so it comes out of order; the worker looks at once."""
    letter.asked_at = clock.now()
    letter.save(update_fields=["asked_at"])
    Course.objects.filter(subscription_id=letter.subscription_id).update(next_at=clock.now())


def note(letter: DeadLetter) -> None:
    """What came of telling it again."""
    letter.save(update_fields=["attempts", "asked_at", "failure", "resent_at"])


def give_up(row: Subscription, refused: Iterable[tuple[Told, int, str]]) -> None:
    """Events that were refused for good, with how often and why."""
    DeadLetter.objects.bulk_create(
        DeadLetter(
            subscription=row, entry_id=told.entry_id, position=told.position, action=told.action, attempts=attempts,
            failure=failure,
        )
        for told, attempts, failure in refused
    )  # fmt: skip


def begin_sync(row: SenderSync) -> None:
    """Nothing was told yet."""
    SyncCourse.objects.create(sync=row)


def restart_sync(row: SenderSync) -> None:
    """What waits is told at once, as if nothing had failed."""
    now = clock.now()
    SyncCourse.objects.filter(sync=row).update(attempts=0, next_at=now, failing_since=None, failure="", stuck=False)
    SyncLetter.objects.filter(sync=row, state=LetterState.WAITING).update(next_at=now)


def drop_waiting(row: SenderSync, why: str) -> None:
    """What waits is told to nobody."""
    waiting = SyncLetter.objects.filter(sync=row, state=LetterState.WAITING)
    waiting.update(state=LetterState.DROPPED, failure=why, ended_at=clock.now())


def wait_again(letter: SyncLetter) -> None:
    """It is the next of its signal, as if it had never been tried."""
    letter.state, letter.attempts, letter.next_at, letter.ended_at = LetterState.WAITING, 0, clock.now(), None
    letter.save(update_fields=["state", "attempts", "next_at", "ended_at"])
