# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON against RFC 8785, with the expected bytes worked out by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from django.utils.safestring import SafeString

from longwatch.core.canonical import SAFE_INTEGER, canonical, plain
from longwatch.core.errors import Unstorable


class Colour(StrEnum):
    """Words."""

    RED = "red"


class Level(IntEnum):
    """Numbers."""

    HIGH = 3


class Place(Enum):
    """Compounds."""

    GATE = (1, "gate")


class TestCanonical:
    """canonical"""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, b"null"),
            (True, b"true"),
            (False, b"false"),
            (0, b"0"),
            (-17, b"-17"),
            ("", b'""'),
            ([], b"[]"),
            ({}, b"{}"),
            ({"b": [2, 1], "a": {"d": None, "c": "x"}}, b'{"a":{"c":"x","d":null},"b":[2,1]}'),
        ],
    )
    def test_writes_without_spaces_and_sorted(self, value: Any, expected: bytes) -> None:
        assert canonical(value) == expected

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (1.0, b"1"),
            (-0.0, b"0"),
            (4.5, b"4.5"),
            (0.002, b"0.002"),
            (1e-7, b"1e-7"),
            (1e21, b"1e+21"),
            (1e20, b"100000000000000000000"),
            (333333333.33333329, b"333333333.3333333"),
            (5e-324, b"5e-324"),
            (1.7976931348623157e308, b"1.7976931348623157e+308"),
        ],
    )
    def test_writes_numbers_as_ecmascript_does(self, number: float, expected: bytes) -> None:
        assert canonical(number) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('"\\', b'"\\"\\\\"'),
            ("\b\t\n\f\r", b'"\\b\\t\\n\\f\\r"'),
            ("\x00\x0f\x1f", b'"\\u0000\\u000f\\u001f"'),
            ("/\x7f", b'"/\x7f"'),
            ("\u20ac", b'"\xe2\x82\xac"'),
            ("\U0001f600", b'"\xf0\x9f\x98\x80"'),
            # Not normalised: the composed and the decomposed letter stay two texts.
            ("\u00e9", b'"\xc3\xa9"'),
            ("e\u0301", b'"e\xcc\x81"'),
        ],
    )
    def test_escapes_only_what_must_be(self, text: str, expected: bytes) -> None:
        assert canonical(text) == expected

    def test_sorts_names_by_utf16_units(self) -> None:
        """An emoji is a surrogate pair (d83d ...) and stands before U+FB33, though its code point is higher."""
        names = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "1": 4, "\r": 5, "\u00f6": 6}
        order = [b"\\r", b"1", "\u00f6".encode(), "\u20ac".encode(), "\U0001f600".encode(), "\ufb33".encode()]
        assert (
            canonical(names)
            == b"{"
            + b",".join(b'"%s":%d' % (name, number) for name, number in zip(order, (5, 4, 6, 3, 2, 1), strict=True))
            + b"}"
        )

    @pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
    def test_refuses_numbers_that_json_has_not(self, number: float) -> None:
        with pytest.raises(ValueError, match="not representable"):
            canonical(number)

    @pytest.mark.parametrize(
        "value",
        [
            {
                "title": "Gate \u00e9\U0001f600\u2028\x7f\x01",
                "count": -(2**53 - 1),
                "tags": ["b", ""],
                "none": None,
                "on": True,
            },
            {"A": 1, "a": 2, "_": 3, "10": 4, "9": 5, "nested": [{"z": {}, "y": []}]},
            {"\U0001f600": 1, "\ufb33": 2},
            {"latitude": 50.1109, "count": 3},
            SafeString("<b>"),
        ],
    )
    def test_takes_a_quick_way_only_where_the_bytes_are_those_of_the_standard(self, value: Any) -> None:
        assert canonical(value) == rfc8785.dumps(value)

    def test_refuses_half_of_a_surrogate_pair(self) -> None:
        for value in ("\ud800", {"\ud800": 1}, {"deep": [{"x": "\udfff"}]}):
            with pytest.raises(Unstorable):
                canonical(value)

    def test_does_not_depend_on_the_order_of_insertion(self) -> None:
        assert canonical({"a": 1, "b": {2, 1}}) == canonical({"b": {1, 2}, "a": 1})


class TestPlain:
    """plain"""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (Colour.RED, "red"),
            (Level.HIGH, 3),
            (Place.GATE, [1, "gate"]),
            (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
            (date(2026, 11, 22), "2026-11-22"),
            (datetime(2026, 11, 22, 13, 2, 11, 5, tzinfo=UTC), "2026-11-22T13:02:11.000005+00:00"),
            (b"\x00\xff", "00ff"),
            (memoryview(b"\x01"), "01"),
            ((1, (2,)), [1, [2]]),
            (frozenset({"b", "a"}), ["a", "b"]),
            ({1: UUID(int=0)}, {"1": "00000000-0000-0000-0000-000000000000"}),
        ],
    )
    def test_turns_values_into_types_of_json(self, value: Any, expected: Any) -> None:
        assert plain(value) == expected
        assert type(plain(value)) is type(expected)

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (SAFE_INTEGER, SAFE_INTEGER),
            (-SAFE_INTEGER, -SAFE_INTEGER),
            (SAFE_INTEGER + 1, "9007199254740992"),
            (-(2**63), "-9223372036854775808"),
        ],
    )
    def test_keeps_integers_that_others_would_round_as_text(self, number: int, expected: int | str) -> None:
        assert plain(number) == expected

    def test_tells_zones_apart(self) -> None:
        moment = datetime(2026, 11, 22, 13, tzinfo=UTC)
        assert plain(moment) != plain(moment.astimezone(timezone(timedelta(hours=1))))

    @pytest.mark.parametrize("value", [Decimal("1.5"), timedelta(1), object(), 1j, iter([]), {"deep": [Decimal(1)]}])
    def test_refuses_types_without_a_canonical_form(self, value: Any) -> None:
        with pytest.raises(TypeError, match="has no canonical form"):
            plain(value)

    def test_refuses_a_dataclass(self) -> None:
        @dataclass
        class Thing:
            name: str

        with pytest.raises(TypeError, match="Thing has no canonical form"):
            plain(Thing("x"))
