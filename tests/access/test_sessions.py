# SPDX-License-Identifier: Apache-2.0
"""Sessions of signed-in people."""

from contextlib import AbstractContextManager
from datetime import timedelta

from django.conf import settings
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.sessions import SIGNED_IN_AT, SessionStore, end_session, end_sessions, forget_ended, living
from longwatch.access.sign_in_models import Session
from longwatch.core import clock
from tests.access.ageing import signed_in
from tests.personas import Cast

COOKIE = settings.SESSION_COOKIE_NAME


def is_in(browser: Client) -> bool:
    return browser.get("/preferences").status_code == 200


def later(**ago: float) -> AbstractContextManager[None]:
    return clock.unsafe_pretend(clock.now() + timedelta(**ago))


class TestSave:
    """SessionStore.save"""

    def test_notes_when_somebody_signed_in(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        assert clock.now().timestamp() - browser.session[SIGNED_IN_AT] < 60

    def test_keeps_that_moment(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        before = browser.session[SIGNED_IN_AT]
        browser.post("/preferences", {"theme": "dark"})
        assert browser.session[SIGNED_IN_AT] == before

    def test_knows_whose_it_is_and_stays_one(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        (before,) = living(cast.analyst.id)
        browser.post("/preferences", {"theme": "dark"})
        assert [each.id for each in living(cast.analyst.id)] == [before.id]

    def test_keeps_no_key_that_opens_it(self, cast: Cast) -> None:
        key = signed_in(cast.accounts["analyst"]).cookies[COOKIE].value
        assert not Session.objects.filter(session_key=key).exists()
        thief = Client()
        thief.cookies[COOKIE] = Session.objects.get(account_id=cast.analyst.id).session_key
        assert not is_in(thief)


class TestLoad:
    """SessionStore.load"""

    def test_ends_a_session_that_nobody_used(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        with later(seconds=settings.SESSION_IDLE_SECONDS - 60):
            assert is_in(browser)
        with later(seconds=2 * settings.SESSION_IDLE_SECONDS - 10):
            assert not is_in(browser)

    def test_ends_a_session_that_was_used_for_too_long(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        for hours in range(1, 12):
            with later(hours=hours):
                browser.post("/preferences", {"theme": "dark"})
                assert is_in(browser)
        row = Session.objects.get(account_id=cast.analyst.id)
        assert row.signed_in_at is not None
        assert row.expire_date <= row.signed_in_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def test_finds_none_under_a_made_up_key(self, db: None) -> None:
        assert not SessionStore("made-up").load()


class TestEndSessions:
    """end_sessions"""

    def test_ends_all_at_once(self, cast: Cast) -> None:
        browsers = [signed_in(cast.accounts["analyst"]) for _ in range(2)]
        assert end_sessions(cast.analyst.id) == 2
        assert not any(is_in(browser) for browser in browsers)

    def test_leaves_the_named_one_and_other_peoples(self, cast: Cast) -> None:
        mine, others = signed_in(cast.accounts["analyst"]), signed_in(cast.accounts["lead"])
        (kept,) = living(cast.analyst.id)
        lost = signed_in(cast.accounts["analyst"])
        assert end_sessions(cast.analyst.id, but=kept.id) == 1
        assert (is_in(mine), is_in(others), is_in(lost)) == (True, True, False)


class TestEndSession:
    """end_session"""

    def test_ends_that_of_the_account_only(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["analyst"])
        (row,) = living(cast.analyst.id)
        assert not end_session(cast.lead.id, row.id)
        assert end_session(cast.analyst.id, row.id)
        assert not is_in(browser)


class TestForgetEnded:
    """forget_ended"""

    def test_deletes_what_has_ended_and_nothing_else(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        with acting_as(None):
            assert forget_ended() == 0
        with later(seconds=settings.SESSION_IDLE_SECONDS + 1):
            assert living(cast.analyst.id) == []
            assert forget_ended() >= 1
