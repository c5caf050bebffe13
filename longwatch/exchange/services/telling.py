# SPDX-License-Identifier: Apache-2.0
"""Telling an address what happened: at least once, in the order of the ledger, one round at a time.

No transaction is open while somebody else's server thinks: a round takes the subscription for a minute, sends, and
writes down how far it came. Whoever dies in between has the same events told again, under the same identifiers.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.core.outbound import Outbound
from longwatch.core.tracing import span
from longwatch.exchange.hook_feed import AT_ONCE, Told, entries, sealed_size
from longwatch.exchange.hook_models import Course, DeadLetter, Subscription
from longwatch.exchange.hook_rules import Next, is_told, signature, wait, what_next
from longwatch.exchange.services import courses
from longwatch.exchange.services.subscribing import may_be_told_as, paused, secret_of

logger = logging.getLogger(__name__)
TELLERS = "select subscription_id, account_id from exchange_tellers(%s)"
ROUND_SECONDS = 25.0
ANSWER_SECONDS = 10.0
LARGEST_ANSWER = 64_000
LONGEST_FAILURE = 300


@dataclass
class Round:
    """What one round is about, and how far it came."""

    subscription: Subscription
    secret: str
    position: int
    end: int
    attempts: int
    failing_since: datetime | None
    waiting: list[Told]
    letters: list[tuple[DeadLetter, Told | None]]
    delivered: int = 0
    failure: str = ""
    next_at: datetime | None = None
    pause: str = ""
    given_up: list[tuple[Told, int, str]] = field(default_factory=list)


def tell_everybody() -> int:
    """One round for each address for which something may have happened; returns how many events were told."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TELLERS, [clock.now()])
        due = cursor.fetchall()
    return sum(_safely(subscription, account) for subscription, account in due)


def _safely(subscription_id: UUID, account_id: UUID) -> int:
    try:
        return tell(subscription_id, account_id)
    except LongwatchError as refusal:
        logger.warning("A webhook could not be told: %s", refusal.sentence)
        return 0


def tell(subscription_id: UUID, account_id: UUID) -> int:
    """One round for one address, as the account on whose behalf it is told; returns how many events were told."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        return 0
    by = actor_of(account, via="job")
    with acting_as(by):
        mine = _taken(subscription_id, by)
    if mine is None:
        return 0
    with span("webhook") as work:
        _send(mine)
        work.tell("longwatch.events", mine.delivered)
        if mine.failure:
            work.fail("refused")
        with acting_as(by):
            _written(mine, by)
    return mine.delivered


def _taken(subscription_id: UUID, by: Actor) -> Round | None:
    """The round, with what there is to tell; None when there is nothing, or somebody else is at it."""
    now = clock.now()
    course = Course.objects.select_for_update(skip_locked=True).filter(subscription_id=subscription_id).first()
    subscription = Subscription.objects.filter(id=subscription_id).first()
    if course is None or subscription is None or not subscription.is_active or course.next_at > now:
        return None
    if course.taken_until is not None and course.taken_until > now:
        return None
    # Roles change after a webhook was set up.
    if not may_be_told_as(subscription.account, subscription.created_by_id):
        return None
    end = min(sealed_size(), course.position + AT_ONCE)
    letters = _letters(subscription, by)
    if end <= course.position and not letters:
        return None
    courses.take(course, now)
    return Round(
        subscription, secret_of(subscription), course.position, end, course.attempts, course.failing_since,
        _wanted(subscription, entries(by.org_id, course.position, end), by), letters,
    )  # fmt: skip


def _wanted(subscription: Subscription, found: Iterable[Told], by: Actor) -> list[Told]:
    places, patterns = set(subscription.compartments), subscription.patterns
    return [each for each in found if is_told(each.happened, patterns, places, by.permissions)]


def _letters(subscription: Subscription, by: Actor) -> list[tuple[DeadLetter, Told | None]]:
    """What was refused and is to be told again; nothing stands beside what the account may see no more."""
    asked = DeadLetter.objects.filter(subscription=subscription, resent_at=None).exclude(asked_at=None)
    return [
        (each, next(iter(_wanted(subscription, entries(by.org_id, each.position, each.position + 1), by)), None))
        for each in asked.order_by("entry_id")[:10]
    ]


def _send(mine: Round) -> None:
    until = time.monotonic() + ROUND_SECONDS
    receiver = Outbound(mine.subscription.url, seconds=ANSWER_SECONDS, largest=LARGEST_ANSWER)
    for letter, told in mine.letters:
        status, failure = _offered(receiver, told, mine.secret) if told else (0, "It may not be told any more.")
        letter.attempts, letter.asked_at = letter.attempts + 1, None
        letter.failure, letter.resent_at = failure, clock.now() if 200 <= status < 300 else None
    for told in mine.waiting:
        if time.monotonic() > until:
            mine.position = told.position
            return
        if not _went_on(mine, told, *_offered(receiver, told, mine.secret)):
            mine.position = told.position
            return
    mine.position = mine.end


def _went_on(mine: Round, told: Told, status: int, failure: str) -> bool:
    """Whether the next event may follow."""
    now = clock.now()
    if 200 <= status < 300:
        mine.attempts, mine.failing_since, mine.failure = 0, None, ""
        mine.delivered += 1
        return True
    mine.attempts += 1
    mine.failing_since = mine.failing_since or now
    mine.failure = failure[:LONGEST_FAILURE]
    decided = what_next(status, mine.attempts, now - mine.failing_since)
    if decided is Next.GIVE_UP:
        mine.given_up.append((told, mine.attempts, mine.failure))
        mine.attempts, mine.failing_since = 0, None
        return True
    if decided is Next.PAUSE:
        mine.pause = mine.failure
    mine.next_at = now + wait(mine.attempts)
    return False


def _offered(receiver: Outbound, told: Told, secret: str) -> tuple[int, str]:
    """The status of the answer (0: none came), and a sentence when it is no success."""
    now, body = clock.now(), told.body
    headers = {
        "Content-Type": "application/json", "webhook-id": told.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(secret, told.message_id, now, body),
    }  # fmt: skip
    try:
        status = receiver.request("POST", "", body, headers).status
    except LongwatchError as refusal:
        return 0, refusal.sentence
    return status, "" if 200 <= status < 300 else f"It answered with status {status}."


def _written(mine: Round, by: Actor) -> None:
    course = Course.objects.select_for_update().get(subscription_id=mine.subscription.id)
    course.position, course.attempts, course.failing_since = mine.position, mine.attempts, mine.failing_since
    course.failure = mine.failure
    course.next_at = mine.next_at or clock.now()
    course.delivered += mine.delivered
    course.delivered_at = clock.now() if mine.delivered else course.delivered_at
    courses.put_down(course)
    for letter, _told in mine.letters:
        courses.note(letter)
    courses.give_up(mine.subscription, mine.given_up)
    if mine.pause:
        row = Subscription.objects.select_for_update().get(id=mine.subscription.id)
        if row.is_active:
            paused(row, mine.pause, by)
