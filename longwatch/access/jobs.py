# SPDX-License-Identifier: Apache-2.0
"""What has to happen to access data from time to time, without anybody asking."""

from django.db import connection
from procrastinate.contrib.django import app


@app.periodic(cron="23 * * * *")
@app.task(name="access.forget_api_replays", queueing_lock="access.forget_api_replays")
def forget_api_replays(timestamp: int) -> int:
    """Forget what was answered to idempotency keys a day ago; returns how many."""
    with connection.cursor() as cursor:
        # Without a condition of our own: the row policy lets go of what is a day old, and of nothing else. A
        # condition would need to read the rows, which only their account may.
        cursor.execute("delete from access_api_replay")
        return int(cursor.rowcount)
