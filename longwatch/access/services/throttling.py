# SPDX-License-Identifier: Apache-2.0
"""Failed attempts to sign in: counted in the database before the answer is known, so that many at once count too.

After a few free attempts each further one locks for twice as long. Whether there is such an account makes no
difference to anything that the person trying sees.
"""

import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.sign_in_events import AccountUnlocked, SignInFailed
from longwatch.access.sign_in_models import Throttle, ThrottleKind
from longwatch.core import actor as actors
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import TooMany

# How many attempts are free before the first lock; an office shares one address.
FREE = {ThrottleKind.ACCOUNT: 5, ThrottleKind.CODE: 5, ThrottleKind.ADDRESS: 30}
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
# An attempt waits for another one of the same account so long, then it is told to come back.
PATIENCE = "3s"

# Attempts while it is locked are refused and not counted, so that nobody can keep somebody else out for ever by
# asking without end: a lock always runs out.
COUNT = """
insert into access_throttle as t (key, kind, account_id, address, failures, first_at, last_at)
values (%(key)s, %(kind)s, %(account)s, %(address)s, 1, %(now)s, %(now)s)
on conflict (key) do update set
  failures = case when t.locked_until > %(now)s then t.failures when t.last_at < %(old)s then 1 else t.failures + 1 end,
  first_at = case when t.last_at < %(old)s then %(now)s else t.first_at end,
  last_at = case when t.locked_until > %(now)s then t.last_at else %(now)s end,
  account_id = coalesce(t.account_id, excluded.account_id),
  locked_until = case
    when t.locked_until > %(now)s or t.last_at < %(old)s or t.failures + 1 < %(free)s then
      case when t.locked_until > %(now)s then t.locked_until end
    else %(now)s + least(%(longest)s, %(first)s * power(2, least(t.failures + 1 - %(free)s, 20))) end
returning t.failures, t.locked_until, t.last_at
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that is being made: counted as failed until it is told to have succeeded."""

    kind: ThrottleKind
    key: bytes
    failures: int
    locked_until: datetime | None


def begin_attempt(kind: ThrottleKind, value: str, *, account: Account | None = None) -> Attempt:
    """Count an attempt, as failed for now; refuses (429) while it is locked. Inside a transaction."""
    now, key = clock.now(), _key(kind, value)
    failures, locked_until, last_at = _count(kind, key, value, account, now)
    if last_at != now:
        _refuse(locked_until, now)
    return Attempt(kind, key, failures, locked_until)


def refuse_address(address: str) -> None:
    """Refuse (429) a network address from which too many attempts failed; it is not counted yet.

    Many people share one: they do not wait for each other, so that a few attempts at once can slip past this limit.
    """
    now = clock.now()
    locked = Throttle.objects.filter(key=_key(ThrottleKind.ADDRESS, address), locked_until__gt=now).first()
    if locked is not None and locked.locked_until is not None:
        _refuse(locked.locked_until, now)


def succeed(attempt: Attempt) -> int:
    """Forget this and the failed ones before it; returns how many those were."""
    with connection.cursor() as cursor:
        cursor.execute("delete from access_throttle where key = %s", [attempt.key])
    return attempt.failures - 1


def fail(attempt: Attempt, account: Account | None, address: str = "") -> None:
    """Count it for its network address, too, when it came without any proof; tell the ledger of a run, or a lock.

    Locks come ever more seldom, so this never floods the ledger. Attempts at accounts that do not exist are no event.
    """
    if address:
        with suppress(TooMany):
            begin_attempt(ThrottleKind.ADDRESS, address)
    if account is None or not (attempt.failures == 1 or attempt.locked_until):
        return
    event = SignInFailed(
        subject_id=account.id, what=str(attempt.kind), failures=attempt.failures, locked_until=attempt.locked_until
    )
    ledger.append(event, by=actors.system(account.org_id, via="sign-in"))


def locks(actor: Actor) -> list[Throttle]:
    """The accounts of the organisation that are locked just now, the longest first."""
    require(actor, Permission.ACCOUNT_ADMINISTER)
    locked = Throttle.objects.filter(account__org_id=actor.org_id, locked_until__gt=clock.now())
    return list(locked.select_related("account").order_by("-locked_until"))


@transaction.atomic
def unlock(account_id: UUID, *, by: Actor) -> None:
    """Let somebody try again at once; nothing happens when nothing is counted."""
    require(by, Permission.ACCOUNT_ADMINISTER)
    account = selectors.account_of(by, account_id)
    with connection.cursor() as cursor:
        cursor.execute("delete from access_throttle where account_id = %s", [account.id])
        if cursor.rowcount:
            ledger.append(AccountUnlocked(subject_id=account.id), by=by)


def forget_old() -> int:
    """Forget what was counted a day ago; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from access_throttle where last_at < %s", [clock.now() - FORGOTTEN_AFTER])
        return int(cursor.rowcount)


def _refuse(locked_until: datetime, now: datetime) -> NoReturn:
    minutes = max(1, round((locked_until - now).total_seconds() / 60))
    sentence = _("Too many failed attempts. Try again in %(minutes)s min.") % {"minutes": minutes}
    raise TooMany(sentence, retry_after=minutes * 60, code="locked")


def _key(kind: ThrottleKind, value: str) -> bytes:
    # With the secret key: what was typed as an address may be anything, such as a password in the wrong field.
    return hmac.digest(settings.SECRET_KEY.encode(), f"{kind}:{value.strip().lower()}".encode(), hashlib.sha256)


def _count(
    kind: ThrottleKind, key: bytes, value: str, account: Account | None, now: datetime
) -> tuple[int, datetime, datetime]:
    values: dict[str, Any] = {
        "key": key, "kind": str(kind), "account": account.id if account else None, "now": now,
        "address": value if kind == ThrottleKind.ADDRESS else "", "old": now - FORGOTTEN_AFTER, "free": FREE[kind],
        "first": FIRST_LOCK, "longest": LONGEST_LOCK,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
            cursor.execute(COUNT, values)
            failures, locked_until, last_at = cursor.fetchone()
            cursor.execute("set local lock_timeout to default")
    except OperationalError as error:
        raise TooMany(_("Somebody tries this at the same moment. Try again shortly."), retry_after=5) from error
    return failures, locked_until, last_at
