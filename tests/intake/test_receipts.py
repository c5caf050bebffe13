# SPDX-License-Identifier: Apache-2.0
"""Receipts: slow to guess, useless without the server's key, and no way to exhaust the server."""

import threading

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
        gate = Gate(at_once=1, waiting=1)
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


class TestSealing:
    def test_opens_for_its_purpose_only(self) -> None:
        sealed = seal({"name": "Rosa"}, "identity")
        assert b"Rosa" not in sealed
        assert unseal(sealed, "identity") == {"name": "Rosa"}
        assert unseal(sealed, "visit") is None
