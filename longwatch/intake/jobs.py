# SPDX-License-Identifier: Apache-2.0
"""What has to happen from time to time, without anybody asking."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.notices import MAIL_TASK
from longwatch.core.errors import LongwatchError
from longwatch.intake.canary_models import CanaryWay
from longwatch.intake.services.canaries import look_for_canary, send_canary
from longwatch.intake.services.deliveries import REPLAY_ALL, run_replay
from longwatch.intake.services.fetching import fetch, mailboxes_to_read
from longwatch.intake.source_figures import count, count_rules
from longwatch.intake.source_health import count_volume, note_heard

logger = logging.getLogger(__name__)

KEEP_KEYS = "24 hours"
MONTHS_AHEAD = 3
READ_TASK = "intake.read_mailbox"


@app.periodic(cron="17 * * * *")
@app.task(name="intake.forget_idempotency_keys", queueing_lock="intake.forget_idempotency_keys")
def forget_idempotency_keys(timestamp: int) -> int:
    """Forget what was answered to keys a day ago; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from intake_idempotency where created_at < now() - %s::interval", [KEEP_KEYS])
        return int(cursor.rowcount)


@app.periodic(cron="5 3 * * *")
@app.task(name="intake.make_months", queueing_lock="intake.make_months")
def make_months(timestamp: int) -> None:
    """Make the tables of the coming months before anything wants to be stored there."""
    with connection.cursor() as cursor:
        for parent in ("intake_occurrence", "ledger_entry"):
            cursor.execute("select ensure_month_partitions(%s, 0, %s)", [parent, MONTHS_AHEAD])


@app.periodic(cron="*/10 * * * *")
@app.task(name="intake.count_figures", queueing_lock="intake.count_figures")
def count_figures(timestamp: int) -> int:
    """Count what came today and yesterday, and what became of it; returns how many days of sources were written."""
    return count(days=1)


@app.periodic(cron="7 * * * *")
@app.task(name="intake.count_month", queueing_lock="intake.count_month")
def count_month(timestamp: int) -> int:
    """The same of thirty days, of which some were judged since, and of rules; returns how many rules there are."""
    count(days=30)
    return count_rules()


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch_sources", queueing_lock="intake.watch_sources")
def watch_sources(timestamp: int) -> int:
    """Tell the supervisors of sources that fell silent; returns how many people were told."""
    note_heard()
    return _mail_to("select email from intake_tell_of_silence()")


@app.periodic(cron="* * * * *")
@app.task(name="intake.count_volume", queueing_lock="intake.count_volume")
def count_arrivals(timestamp: int) -> int:
    """Count what came since the last time, for the pages of sources; returns how many minutes were written."""
    return count_volume()


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch_rises", queueing_lock="intake.watch_rises")
def watch_rises(timestamp: int) -> int:
    """Tell whoever has a signal in hand that it became more severe; returns how many people were told."""
    return _mail_to("select email from intake_tell_of_rises()")


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch_canaries", queueing_lock="intake.watch_canaries")
def watch_canaries(timestamp: int) -> int:
    """Send canaries that are due, look for those on their way, tell supervisors of the lost; how many were told."""
    for canary_id, account_id in _rows("select canary_id, account_id from intake_canaries_open()"):
        _as(account_id, partial(look_for_canary, canary_id))
    for source_id, account_id in _rows("select source_id, account_id from intake_canaries_due()"):
        _as(account_id, partial(send_canary, source_id, way=CanaryWay.SCHEDULE))
    return _mail_to("select email from intake_tell_of_canaries()")


def _rows(statement: str) -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _as(account_id: UUID, act: Callable[..., object]) -> None:
    """Do something for a person; what they may not do is said in the log, and the others have their turn."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        return
    by = actor_of(account, via="schedule")
    try:
        with acting_as(by):
            act(by=by)
    except LongwatchError:
        logger.exception("A canary could not be sent or looked for.")


def _mail_to(told: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(told)
        addresses = [address for (address,) in cursor.fetchall()]
    for address in addresses:
        app.configure_task(MAIL_TASK).defer(address=address)
    return len(addresses)


@app.task(name=REPLAY_ALL)
def replay_all(source_id: str, account_id: str) -> int:
    """Read again what somebody asked for; returns how many signals it gave."""
    return run_replay(UUID(source_id), UUID(account_id)).signals


@app.periodic(cron="* * * * *")
@app.task(name="intake.read_mailboxes", queueing_lock="intake.read_mailboxes")
def read_mailboxes(timestamp: int) -> int:
    """Have each mailbox read by a job of its own, so that a slow one holds up no other; returns how many."""
    begun = 0
    for box in mailboxes_to_read():
        name = f"mailbox {box.id}"
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(READ_TASK, lock=name, queueing_lock=name).defer(mailbox=str(box.id))
            begun += 1
    return begun


@app.task(name=READ_TASK)
def read_mailbox(mailbox: str) -> int:
    """Take what is new in a mailbox; returns how many mails."""
    reached = fetch(UUID(mailbox))
    return reached.taken if reached is not None else 0
