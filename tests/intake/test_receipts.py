# SPDX-License-Identifier: Apache-2.0
"""Receipts: slow to guess, useless without the server's key, and no way to exhaust the server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from longwatch.core.errors import TooMany
from longwatch.core.ids import receipt_number
from longwatch.intake import receipts
from longwatch.intake.receipts import Gate, seal, tag_of, unseal


class TestTags:
    def test_are_the_same_however_the_receipt_is_typed(self) -> None:
        assert tag_of("1234-5678-9012-3456-7890") == tag_of(" 12345678901234567890 ")

    def test_differ_by_one_digit(self) -> None:
        assert tag_of("1" * 20) != tag_of("1" * 19 + "2")

    def test_differ_under_another_servers_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = tag_of("1" * 20)
        monkeypatch.setattr(receipts, "_derived", lambda purpose: purpose.encode().ljust(32, b"x"))
        assert tag_of("1" * 20) != here

    @pytest.mark.parametrize("typed", ["", "1", "1" * 19, "1" * 21, "abc", "\u0661" * 20])
    def test_are_not_computed_for_what_is_no_receipt(self, typed: str) -> None:
        assert tag_of(typed) is None

    def test_belong_to_receipts_of_at_least_66_bits(self) -> None:
        assert 10 ** len(receipts.digits_of(receipt_number())) >= 2**66


class TestGate:
    def test_refuses_who_comes_when_enough_wait(self) -> None:
        gate = Gate(at_once=1, waiting=1, each=2)
        inside, leave = threading.Event(), threading.Event()

        def stay() -> None:
            with gate.through():
                inside.set()
                leave.wait(10)

        first, second = threading.Thread(target=stay), threading.Thread(target=stay)
        first.start()
        inside.wait(10)
        second.start()
        while gate.here < 2:
            pass
        with pytest.raises(TooMany), gate.through():
            pass
        leave.set()
        first.join(10)
        second.join(10)
        assert gate.here == 0


@contextmanager
def held(gate: Gate, *askers: str) -> Iterator[None]:
    """These askers have places, the first of them a turn."""
    leave = threading.Event()

    def stay(asker: str) -> None:
        with gate.through(asker):
            leave.wait(10)

    threads = [threading.Thread(target=stay, args=[asker]) for asker in askers]
    for number, thread in enumerate(threads, 1):
        thread.start()
        while gate.here < number:
            pass
    try:
        yield
    finally:
        leave.set()
        for thread in threads:
            thread.join(10)


class TestOneAsker:
    def test_takes_no_more_places_than_one_may(self) -> None:
        gate = Gate(at_once=1, waiting=8, each=2)
        with held(gate, "a", "a"), pytest.raises(TooMany), gate.through("a"):
            pass

    def test_leaves_places_for_others(self) -> None:
        gate = Gate(at_once=3, waiting=0, each=2)
        with held(gate, "a", "a"), gate.through("b"):
            assert gate.here == len("aab")

    def test_can_come_again_when_done(self) -> None:
        gate = Gate(at_once=1, waiting=8, each=1)
        for _ in range(3):
            with gate.through("a"):
                pass
        assert gate.here == 0

    def test_is_known_by_a_hash_while_here_and_not_at_all_afterwards(self) -> None:
        gate = Gate(at_once=3, waiting=0, each=2)
        with gate.through("203.0.113.77"):
            assert "203.0.113" not in repr(gate)
            before = gate._key
            assert len(gate._askers) == 1
        assert (len(gate._askers), gate._key) == (0, b"")
        with gate.through("203.0.113.77"):
            assert gate._key != before


class TestSealing:
    def test_opens_for_its_purpose_only(self) -> None:
        sealed = seal({"name": "Rosa"}, "identity")
        assert b"Rosa" not in sealed
        assert unseal(sealed, "identity") == {"name": "Rosa"}
        assert unseal(sealed, "visit") is None
