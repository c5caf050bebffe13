# SPDX-License-Identifier: Apache-2.0
"""What is asked of a tool and what comes back."""

from datetime import UTC, datetime

import pytest

from longwatch.core.outbound import Reply, Unreachable
from longwatch.intake.polling.asking import Wanted, decoded, digest_of, moment, reason_in


class TestAuthorization:
    @pytest.mark.parametrize(
        ("scheme", "header"),
        [("key", "ApiKey s"), ("bearer", "Bearer s"), ("plain", "s"), ("basic", "Basic dTpz")],
    )
    def test_is_said_as_the_scheme_says_it(self, scheme: str, header: str) -> None:
        assert Wanted("x", "https://a", scheme, "u", "s").authorization == {"Authorization": header}

    def test_is_nothing_for_nobody(self) -> None:
        assert Wanted("x", "https://a").authorization == {}


class TestReasonIn:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"error": {"root_cause": [{"reason": "a"}], "reason": "b"}}', "a"),
            (b'{"error": {"reason": "b"}}', "b"),
            (b'{"error": "c"}', "c"),
            (b'{"message": "d\\r\\ne"}', "d  e"),
            (b'{"error": {"root_cause": [5]}}', ""),
            (b"[]", ""),
            (b"<html>", ""),
            (b"\xff", ""),
        ],
    )
    def test_is_what_the_tool_says(self, body: bytes, reason: str) -> None:
        assert reason_in(body) == reason


def test_moments_are_kept_within_what_can_be_told() -> None:
    assert moment(-5) == datetime(1970, 1, 1, tzinfo=UTC)
    assert moment(1e300).year == 3000


def test_digests_tell_parts_apart() -> None:
    assert digest_of("a", "bc") != digest_of("ab", "c")
    assert digest_of("\ud800")


def test_another_form_is_refused() -> None:
    with pytest.raises(Unreachable, match="another form"):
        decoded(Reply(200, {}, b"[" * 5_000), list[int], "x")
