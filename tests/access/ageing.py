# SPDX-License-Identifier: Apache-2.0
"""Sessions in which somebody signed in some time ago."""

from datetime import timedelta

from django.test import Client

from longwatch.access.models import Account
from longwatch.access.sessions import PROVED_AT, SIGNED_IN_AT
from longwatch.core import clock

LONG = timedelta(hours=1)


def signed_in(account: Account, ago: timedelta = timedelta(0)) -> Client:
    """A browser in which this person signed in some time ago."""
    browser = Client()
    browser.force_login(account)
    age(browser, ago)
    return browser


def age(browser: Client, ago: timedelta = LONG) -> None:
    """Let a browser's person have signed in, and confirmed, some time ago."""
    session = browser.session
    session[SIGNED_IN_AT] = then = (clock.now() - ago).timestamp()
    if PROVED_AT in session:
        session[PROVED_AT] = then
    for record in session.get("account_authentication_methods", []):
        record["at"] = then
    session.save()
