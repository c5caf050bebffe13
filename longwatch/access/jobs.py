# SPDX-License-Identifier: Apache-2.0
"""What has to happen to access data from time to time, without anybody asking."""

from django.db import connection
from procrastinate.contrib.django import app

from longwatch.access.services.throttling import forget_old
from longwatch.access.sessions import forget_ended


@app.periodic(cron="23 * * * *")
@app.task(name="access.forget_api_replays", queueing_lock="access.forget_api_replays")
def forget_api_replays(timestamp: int) -> int:
    """Forget what was answered to idempotency keys a day ago; returns how many."""
    with connection.cursor() as cursor:
        # Without a condition of our own: the row policy lets go of what is a day old, and of nothing else. A
        # condition would need to read the rows, which only their account may.
        cursor.execute("delete from access_api_replay")
        return int(cursor.rowcount)


@app.periodic(cron="41 * * * *")
@app.task(name="access.forget_sign_ins", queueing_lock="access.forget_sign_ins")
def forget_sign_ins(timestamp: int) -> int:
    """Forget sessions that have ended and failed attempts of a day ago; returns how many."""
    return forget_ended() + forget_old()
