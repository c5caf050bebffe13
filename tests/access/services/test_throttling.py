# SPDX-License-Identifier: Apache-2.0
"""Failed attempts, counted in the database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.services.throttling import (
    FREE,
    begin_attempt,
    fail,
    forget_old,
    locks,
    refuse_address,
    succeed,
    unlock,
)
from longwatch.access.sign_in_models import Throttle, ThrottleKind
from longwatch.core import clock
from longwatch.core.errors import NotAllowed, NotFound, TooMany
from longwatch.core.postgres.address import Address
from tests.access.entries import actions
from tests.personas import Cast

ACCOUNT, ADDRESS = ThrottleKind.ACCOUNT, ThrottleKind.ADDRESS
SOMEBODY = "somebody@halden.test"


@contextmanager
def minutes_later(minutes: float) -> Iterator[None]:
    with clock.unsafe_pretend(clock.now() + timedelta(minutes=minutes)):
        yield


def try_often(times: int, value: str = SOMEBODY, kind: ThrottleKind = ACCOUNT) -> None:
    for _ in range(times):
        begin_attempt(kind, value)


class TestBeginAttempt:
    """begin_attempt"""

    def test_leaves_five_free(self, db: None) -> None:
        try_often(5)
        with pytest.raises(TooMany) as refusal:
            begin_attempt(ACCOUNT, SOMEBODY)
        assert refusal.value.retry_after == 60

    def test_locks_for_twice_as_long_each_time_and_an_hour_at_most(self, db: None) -> None:
        try_often(5)
        waits, passed = [], 0.0
        for _ in range(8):
            with minutes_later(passed):
                with pytest.raises(TooMany) as refusal:
                    begin_attempt(ACCOUNT, SOMEBODY)
                waits.append(refusal.value.retry_after // 60)
            passed += waits[-1] + 0.1
            with minutes_later(passed):
                begin_attempt(ACCOUNT, SOMEBODY)
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_does_not_prolong_a_lock_for_asking_meanwhile(self, db: None) -> None:
        try_often(5)
        before = Throttle.objects.get(kind=ACCOUNT).locked_until
        for _ in range(3):
            with pytest.raises(TooMany):
                begin_attempt(ACCOUNT, SOMEBODY)
        assert Throttle.objects.get(kind=ACCOUNT).locked_until == before

    def test_counts_anew_after_a_day(self, db: None) -> None:
        try_often(5)
        with minutes_later(24 * 60 + 1):
            try_often(4)

    def test_knows_an_address_whatever_its_case(self, db: None) -> None:
        try_often(5)
        with pytest.raises(TooMany):
            begin_attempt(ACCOUNT, f" {SOMEBODY.upper()}")

    def test_keeps_nothing_that_was_typed(self, db: None) -> None:
        begin_attempt(ACCOUNT, "hunter2 in the wrong field")
        with connection.cursor() as cursor:
            cursor.execute("select t::text from access_throttle t")
            assert "hunter2" not in str(cursor.fetchall())

    def test_counts_many_at_once_exactly(self, committed_db: Address) -> None:
        def attempt(_number: int) -> bool:
            try:
                with transaction.atomic():
                    begin_attempt(ACCOUNT, "at-once@halden.test")
            except TooMany:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(12) as threads:
            assert sum(threads.map(attempt, range(40))) == FREE[ACCOUNT]

    def test_lets_no_second_guess_begin_while_one_is_looked_at(self, committed_db: Address) -> None:
        def second() -> str:
            try:
                with transaction.atomic():
                    begin_attempt(ACCOUNT, "held@halden.test")
            except TooMany as refusal:
                return refusal.sentence
            finally:
                connection.close()
            return "went on"

        with ThreadPoolExecutor(1) as thread, transaction.atomic():
            begin_attempt(ACCOUNT, "held@halden.test")
            assert thread.submit(second).result(20).startswith("Somebody tries this at the same moment")


class TestSucceed:
    """succeed"""

    def test_tells_how_many_failed_before_and_forgets_them(self, db: None) -> None:
        try_often(3)
        assert succeed(begin_attempt(ACCOUNT, SOMEBODY)) == 3
        assert succeed(begin_attempt(ACCOUNT, SOMEBODY)) == 0


class TestFail:
    """fail"""

    def test_says_the_first_and_each_that_locks(self, cast: Cast) -> None:
        analyst = cast.accounts["analyst"]
        for _ in range(5):
            fail(begin_attempt(ACCOUNT, analyst.email, account=analyst), analyst, "192.0.2.1")
        with acting_as(cast.administrator):
            assert actions(analyst.id)[1:] == ["account.sign_in_failed"] * 2

    def test_counts_for_the_address_whether_there_is_an_account_or_not(self, db: None) -> None:
        for number in range(FREE[ADDRESS]):
            fail(begin_attempt(ACCOUNT, f"{number}@halden.test"), None, "192.0.2.2")
        with pytest.raises(TooMany):
            refuse_address("192.0.2.2")
        refuse_address("192.0.2.3")


class TestLocks:
    """locks"""

    def test_are_seen_by_administrators_of_the_organisation_only(self, cast: Cast) -> None:
        for name in ("analyst", "outsider"):
            for _ in range(5):
                begin_attempt(ACCOUNT, cast.accounts[name].email, account=cast.accounts[name])
        assert [each.account_id for each in locks(cast.administrator)] == [cast.analyst.id]
        with pytest.raises(NotAllowed):
            locks(cast.supervisor)


class TestUnlock:
    """unlock"""

    def test_lets_somebody_try_again_and_says_so(self, cast: Cast) -> None:
        analyst = cast.accounts["analyst"]
        for _ in range(5):
            begin_attempt(ACCOUNT, analyst.email, account=analyst)
        unlock(analyst.id, by=cast.administrator)
        unlock(analyst.id, by=cast.administrator)
        begin_attempt(ACCOUNT, analyst.email, account=analyst)
        with acting_as(cast.administrator):
            assert actions(analyst.id)[1:] == ["account.unlocked"]

    def test_is_an_administrators_and_of_their_organisation(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            unlock(cast.analyst.id, by=cast.supervisor)
        with pytest.raises(NotFound):
            unlock(cast.outsider.id, by=cast.administrator)


class TestForgetOld:
    """forget_old"""

    def test_forgets_what_is_a_day_old(self, db: None) -> None:
        try_often(1)
        assert forget_old() == 0
        with minutes_later(24 * 60 + 1):
            assert forget_old() == 1
