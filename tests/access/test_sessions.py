# SPDX-License-Identifier: Apache-2.0
"""Sessions of signed-in people."""

from django.test import Client

from longwatch.access.sessions import SIGNED_IN_AT
from longwatch.core import clock
from tests.personas import Cast


class TestSave:
    """SessionStore.save"""

    def test_notes_when_somebody_signed_in(self, cast: Cast) -> None:
        browser = Client()
        browser.force_login(cast.accounts["analyst"])
        assert clock.now().timestamp() - browser.session[SIGNED_IN_AT] < 60

    def test_keeps_that_moment(self, cast: Cast) -> None:
        browser = Client()
        browser.force_login(cast.accounts["analyst"])
        before = browser.session[SIGNED_IN_AT]
        browser.post("/preferences", {"theme": "dark"})
        assert browser.session[SIGNED_IN_AT] == before
