# SPDX-License-Identifier: Apache-2.0
"""What has to happen from time to time, without anybody asking."""

from django.db import connection
from procrastinate.contrib.django import app

from longwatch.access.services.notices import MAIL_TASK

KEEP_KEYS = "24 hours"
MONTHS_AHEAD = 3


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


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch_sources", queueing_lock="intake.watch_sources")
def watch_sources(timestamp: int) -> int:
    """Tell the supervisors of sources that fell silent; returns how many people were told."""
    return _mail_to("select email from intake_tell_of_silence()")


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch_rises", queueing_lock="intake.watch_rises")
def watch_rises(timestamp: int) -> int:
    """Tell whoever has a signal in hand that it became more severe; returns how many people were told."""
    return _mail_to("select email from intake_tell_of_rises()")


def _mail_to(told: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(told)
        addresses = [address for (address,) in cursor.fetchall()]
    for address in addresses:
        app.configure_task(MAIL_TASK).defer(address=address)
    return len(addresses)
