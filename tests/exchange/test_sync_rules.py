# SPDX-License-Identifier: Apache-2.0
"""By which call a sender is told, and what follows from its answer."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.exchange.hook_rules import OFFERS, PATIENCE
from longwatch.exchange.sync_rules import (
    TRIES,
    Outcome,
    calls_read,
    headers_read,
    request_of,
    verdict,
    what_follows,
    words_read,
)
from tests.exchange.sync_material import CALL, facts


class TestWhatFollows:
    """what_follows"""

    @pytest.mark.parametrize(
        ("status", "attempts", "expected"),
        [
            (200, 1, Outcome.TOLD), (204, 1, Outcome.TOLD), (0, 1, Outcome.WAIT), (401, 1, Outcome.WAIT),
            (429, 1, Outcome.WAIT), (503, 99, Outcome.WAIT), (400, 1, Outcome.AGAIN), (409, OFFERS, Outcome.GIVE_UP),
            (404, 1, Outcome.GIVE_UP), (410, 1, Outcome.GIVE_UP), (302, OFFERS, Outcome.GIVE_UP),
            (403, 1, Outcome.AGAIN), (403, OFFERS, Outcome.GIVE_UP),
            (500, OFFERS, Outcome.AGAIN), (500, TRIES, Outcome.GIVE_UP),
        ],
    )  # fmt: skip
    def test_tells_what_is_about_one_signal_from_what_is_about_all(
        self, status: int, attempts: int, expected: Outcome
    ) -> None:
        assert what_follows(status, attempts, timedelta()) is expected

    def test_gives_up_on_no_signal_while_nothing_else_is_allowed_either(self) -> None:
        assert what_follows(403, 99, timedelta(), took_others=False) is Outcome.AGAIN

    def test_is_a_pause_when_it_failed_for_days(self) -> None:
        assert what_follows(0, 1, PATIENCE + timedelta(seconds=1)) is Outcome.PAUSE


class TestRequest:
    """request_of"""

    def test_is_filled(self) -> None:
        request = request_of(CALL | {"path": "/a/${key}"}, {"kbn-xsrf": "x"}, facts())
        assert (request.method, request.path, request.body) == ("POST", "/a/A-1", b'{"id": "A-1"}')
        assert request.headers == {"Content-Type": "application/json", "kbn-xsrf": "x"}

    def test_has_no_body_where_none_is_wanted(self) -> None:
        request = request_of(CALL | {"content": "none", "body": ""}, {}, facts())
        assert (request.body, request.headers) == (b"", {})

    def test_keeps_a_kind_of_content_that_somebody_set(self) -> None:
        request = request_of(CALL, {"content-type": "application/json-patch+json"}, facts())
        assert request.headers == {"content-type": "application/json-patch+json"}


class TestVerdict:
    """verdict"""

    def test_is_the_senders_word_or_that_for_all_others_or_ours(self) -> None:
        words = {"false_positive": "FP", "*": "other"}
        assert [verdict(words, each) for each in ("false_positive", "benign", "")] == ["FP", "other", ""]
        assert verdict({}, "benign") == "benign"


class TestWhatIsSetUp:
    @pytest.mark.parametrize(
        ("field", "value"),
        [("occasions", []), ("occasions", ["never"]), ("method", "DELETE"), ("path", "alerts"), ("path", "//x y"),
         ("path", "/${nothing}"), ("content", "xml"), ("body", "{")],
    )  # fmt: skip
    def test_is_refused_with_its_field(self, field: str, value: Any) -> None:
        with pytest.raises(Invalid) as refused:
            calls_read([CALL, CALL | {field: value}])
        assert list(refused.value.fields) == [f"calls[1].{field}"]

    def test_has_at_least_one_call_and_not_too_many(self) -> None:
        for number in (0, 5):
            with pytest.raises(Invalid):
                calls_read([CALL] * number)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("Authorization", "x"), ("host", "x"), ("Content-Length", "1"), ("a b", "x"), ("X", "a\r\nY: b"), ("", "x")],
    )
    def test_has_no_header_of_ours_and_no_second_line(self, name: str, value: str) -> None:
        with pytest.raises(Invalid):
            headers_read({name: value})

    def test_has_words_for_outcomes_only(self) -> None:
        assert words_read({"benign": "B", "*": "C"}) == {"benign": "B", "*": "C"}
        with pytest.raises(Invalid):
            words_read({"Not an outcome": "x"})
