# SPDX-License-Identifier: Apache-2.0
"""Which events an address is told of, how they are signed, and what follows from an answer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from longwatch.exchange.hook_rules import (
    OFFERS,
    PATIENCE,
    Happened,
    Next,
    is_pattern,
    is_told,
    matches,
    signature,
    wait,
    what_next,
)

PLACE = UUID("0192f0c0-0000-7000-8000-00000000000a")
EVERYTHING = frozenset({"signal:read", "incident:read", "case:read", "evidence:read", "ledger:read"})


def happened(action: str = "incident.opened", **more: object) -> Happened:
    usual = {"record_id": PLACE, "compartment_id": PLACE, "actor_kind": "account"} | more
    return Happened(action, **usual)  # type: ignore[arg-type]


class TestPatterns:
    """is_pattern, matches"""

    @pytest.mark.parametrize("text", ["*", "incident.*", "incident.opened", "export.item_decided"])
    def test_are_names_or_beginnings_of_names(self, text: str) -> None:
        assert is_pattern(text)

    @pytest.mark.parametrize("text", ["", "inc*", "Incident.*", "incident.**", "a b", ".*", "incident."])
    def test_are_nothing_else(self, text: str) -> None:
        assert not is_pattern(text)

    def test_mean_whole_words(self) -> None:
        assert matches(["case.*"], "case.closed")
        assert not matches(["case.*"], "cases.closed")
        assert not matches(["incident.open"], "incident.opened")


class TestIsTold:
    """is_told"""

    def test_what_was_asked_for_and_may_be_read(self) -> None:
        assert is_told(happened(), ["*"], set(), EVERYTHING)

    def test_nothing_of_another_compartment_than_those_chosen(self) -> None:
        other = {UUID(int=1)}
        assert not is_told(happened(), ["*"], other, EVERYTHING)
        assert is_told(happened(), ["*"], {PLACE}, EVERYTHING)

    @pytest.mark.parametrize("action", ["incident.opened", "case.closed", "signal.dismissed", "task.added"])
    def test_nothing_that_the_account_may_not_read(self, action: str) -> None:
        assert not is_told(happened(action), ["*"], set(), {"signal:submit"})

    def test_of_people_and_settings_only_to_who_reads_the_ledger(self) -> None:
        made = happened("account.created", record_id=None, compartment_id=None)
        assert not is_told(made, ["*"], set(), EVERYTHING - {"ledger:read"})
        assert is_told(made, ["*"], set(), EVERYTHING)

    @pytest.mark.parametrize(
        "action",
        ["identity.read", "break_glass.opened", "reporter.asked", "witness.contact_shown", "sealed_match.found"],
    )
    def test_never_who_reported_or_looked(self, action: str) -> None:
        assert not is_told(happened(action), ["*"], set(), EVERYTHING)

    def test_never_when_a_reporter_did_something(self) -> None:
        assert not is_told(happened("signal.reported", actor_kind="reporter"), ["*"], set(), EVERYTHING)


class TestWhatNext:
    """what_next, wait"""

    @pytest.mark.parametrize(
        ("status", "attempts", "failing", "decided"),
        [
            (204, 1, timedelta(0), Next.GO_ON), (500, 99, timedelta(hours=1), Next.AGAIN),
            (0, 99, timedelta(hours=1), Next.AGAIN), (429, 99, timedelta(hours=1), Next.AGAIN),
            (422, 1, timedelta(0), Next.AGAIN), (422, OFFERS, timedelta(0), Next.GIVE_UP),
            (410, 1, timedelta(0), Next.PAUSE), (503, 9, PATIENCE + timedelta(1), Next.PAUSE),
            (301, 9, timedelta(0), Next.AGAIN),
        ],
    )  # fmt: skip
    def test_follows_from_the_answer(self, status: int, attempts: int, failing: timedelta, decided: Next) -> None:
        assert what_next(status, attempts, failing) is decided

    def test_waits_longer_each_time_up_to_an_hour(self) -> None:
        waits = [wait(attempts).total_seconds() for attempts in range(1, 9)]
        assert waits == sorted(waits)
        assert (waits[0], waits[-1]) == (5, 3600)


def test_a_signature_is_that_of_the_example_of_standard_webhooks() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
