# SPDX-License-Identifier: Apache-2.0
"""What the worker does about access: what is due from time to time, and mail."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from longwatch.access.services.notices import MAIL_TASK
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


# Tried six times within three hours: a mail server that restarts loses nothing.
@app.task(name=MAIL_TASK, retry=RetryStrategy(max_attempts=6, exponential_wait=6))
def mail_notice(address: str) -> None:
    """Send one mail; a failure is tried again, later each time."""
    lines = (_("Something in Longwatch needs you. Sign in to see what it is:"), f"{settings.BASE_URL}/notices")
    send_mail(_("A notice for you in Longwatch"), "\n\n".join(lines), None, [address])
