# SPDX-License-Identifier: Apache-2.0
"""Webhooks out: setting one up with a secret that nobody can guess, pausing, resuming, closing, telling again."""

import base64
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission, Role
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.hiding import hide, reveal
from longwatch.core.outbound import target_of
from longwatch.core.words import written
from longwatch.exchange.hook_events import (
    LetterResent,
    SubscriptionClosed,
    SubscriptionMade,
    SubscriptionPaused,
    SubscriptionResumed,
)
from longwatch.exchange.hook_models import DeadLetter, Subscription
from longwatch.exchange.hook_rules import SECRET_START, is_pattern
from longwatch.exchange.hook_selectors import shown
from longwatch.exchange.services import courses

MOST = 20
LONGEST_LABEL = 100
MOST_PATTERNS = 50


@transaction.atomic
def subscribe(
    *, label: str, url: str, patterns: Sequence[str], account_id: UUID, compartments: Sequence[UUID] = (), by: Actor
) -> tuple[Subscription, str]:
    """Have an address told of events from now on; returns it with its secret, which is shown this once.

    An administrator need not see the compartments to which it is limited: what its account may not see stays untold.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    label = written(label, "label", "Give it a name.", LONGEST_LABEL)
    wanted = [each.strip() for each in patterns if each.strip()]
    _refuse_wrong(wanted, account_id, by)
    target = target_of(url)
    if Subscription.objects.filter(closed_at=None).count() >= MOST:
        raise Conflict(f"There are {MOST} webhooks already. Close one first.", code="too_many")
    secret = SECRET_START + base64.b64encode(secrets.token_bytes(32)).decode()
    row = Subscription(
        org_id=by.org_id, label=label, url=url, patterns=wanted, compartments=list(compartments),
        account_id=account_id, created_by_id=by.id,
    )  # fmt: skip
    row.wrapped = hide(secret, _purpose(row.id))
    name = Account.objects.values_list("name", flat=True).get(id=account_id)
    event = SubscriptionMade(subject_id=row.id, label=label, host=target.shown, patterns=wanted, account=name)
    ledger.record_created(event, by=by, row=row)
    courses.begin(row)
    return row, secret


@transaction.atomic
def pause(subscription_id: UUID, reason: str, *, by: Actor, expected_version: int | None = None) -> Subscription:
    """Tell it nothing for a time; what happens meanwhile waits. Doing it twice changes nothing."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    row = _open(subscription_id, expected_version)
    return row if row.paused_at else paused(row, reason or "Paused by hand.", by)


def paused(row: Subscription, reason: str, by: Actor) -> Subscription:
    """A locked subscription that is told nothing for now."""
    row.paused_at, row.pause_reason = clock.now(), reason[:300]
    event = SubscriptionPaused(subject_id=row.id, label=row.label, reason=row.pause_reason)
    return ledger.record(event, by=by, row=row, fields=["paused_at", "pause_reason"])


@transaction.atomic
def resume(subscription_id: UUID, *, by: Actor, expected_version: int | None = None) -> Subscription:
    """Tell it again, from where the telling stopped."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    row = _open(subscription_id, expected_version)
    if row.paused_at is None:
        return row
    row.paused_at, row.pause_reason = None, ""
    courses.restart(row)
    event = SubscriptionResumed(subject_id=row.id, label=row.label)
    return ledger.record(event, by=by, row=row, fields=["paused_at", "pause_reason"])


@transaction.atomic
def close(subscription_id: UUID, *, by: Actor, expected_version: int | None = None) -> Subscription:
    """Never tell it again; its secret is good for nothing from then on."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    row = _open(subscription_id, expected_version)
    row.closed_at, row.wrapped = clock.now(), ""
    event = SubscriptionClosed(subject_id=row.id, label=row.label)
    return ledger.record(event, by=by, row=row, fields=["closed_at", "wrapped"])


@transaction.atomic
def send_again(letter_id: UUID, *, by: Actor) -> DeadLetter:
    """Have an event that was refused told again, when the worker comes by next. Refuses (409) one that was already."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    waiting = DeadLetter.objects.select_for_update(of=("self",)).select_related("subscription")
    letter = waiting.filter(id=letter_id).first()
    if letter is None:
        raise NotFound
    if letter.resent_at is not None or letter.subscription.closed_at is not None:
        raise Conflict("This event was told again already, or its webhook is closed.", code="not_waiting")
    courses.ask_again(letter)
    # Administrators read this entry, who may not know of what the event tells.
    (letter,) = shown([letter], by)
    event = LetterResent(
        subject_id=letter.subscription_id, label=letter.subscription.label, event=letter.action, entry=letter.entry_id
    )
    ledger.append(event, by=by)
    return letter


def secret_of(row: Subscription) -> str:
    """The secret of a subscription; refuses (409) one that was hidden under another secret key."""
    found = reveal(row.wrapped, _purpose(row.id))
    if found is None:
        raise Conflict("The secret of this webhook cannot be read. Close it and set up another.", code="secret_lost")
    return found


def _purpose(subscription_id: UUID) -> str:
    """What the secret is hidden for: moved to another row it opens nothing."""
    return f"subscription {subscription_id}"


def _open(subscription_id: UUID, expected_version: int | None) -> Subscription:
    row = Subscription.objects.select_for_update().filter(id=subscription_id, closed_at=None).first()
    if row is None:
        raise NotFound
    refuse_stale(row.version, expected_version)
    return row


def may_be_told_as(account: Account, maker_id: UUID) -> bool:
    """Whether an address may be told what an account sees: a program's, or that of whoever set the webhook up."""
    return account.id == maker_id or Role.INTEGRATION in account.role_set


def _refuse_wrong(patterns: Sequence[str], account_id: UUID, by: Actor) -> None:
    wrong = {}
    if not patterns or len(patterns) > MOST_PATTERNS or not all(map(is_pattern, patterns)):
        wrong["patterns"] = "Use names of events such as incident.opened, case.* or *, one a line."
    account = Account.objects.filter(id=account_id, org_id=by.org_id, is_active=True).first()
    if account is None:
        wrong["account_id"] = "Choose an account of your organisation that may sign in."
    elif not may_be_told_as(account, by.id):
        wrong["account_id"] = f"Choose a program's account: as {account.name}, you would read what only they may."
    if wrong:
        raise Invalid("The webhook cannot be set up like this.", fields=wrong)
