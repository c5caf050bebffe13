# SPDX-License-Identifier: Apache-2.0
"""Answers as text for people."""

from typing import Any

from longwatch.enrichment.cortex.wording import MOST_REPORT, long, proposals, short


class TestShort:
    def test_says_level_and_words(self) -> None:
        said: list[dict[str, Any]] = [{"level": "malicious", "namespace": "VT", "predicate": "Hits", "value": '"5/60"'}]
        assert short(said) == [{"level": "malicious", "words": "VT:Hits=5/60"}]

    def test_takes_whatever_is_there(self) -> None:
        said: list[dict[str, Any]] = [
            {"level": ["x"], "value": 3},
            {"level": "terrible", "namespace": {}, "value": "\x00y"},
            {},
        ]
        assert short(said) == [{"level": "info", "words": "3"}, {"level": "info", "words": "y"}]


class TestLong:
    def test_is_text_whatever_markup_is_in_it(self) -> None:
        assert long({"a": "<b>\u0000é"}) == '{\n  "a": "<b>\\u0000é"\n}'

    def test_is_bounded(self) -> None:
        assert len(long({"a": "x" * 2 * MOST_REPORT})) == MOST_REPORT + 2


class TestProposals:
    def test_are_things_that_can_be_named_each_once_without_what_was_asked(self) -> None:
        said: list[dict[str, Any]] = [
            {"dataType": "ip", "data": "192.0.2.7"}, {"dataType": "domain", "data": "Bad.example", "message": "m"},
            {"dataType": "fqdn", "data": "bad.example"}, {"dataType": "file", "attachment": {"id": "x"}},
            {"dataType": "hash", "data": ["x"]},
        ]  # fmt: skip
        assert proposals(said, "ip:192.0.2.7") == [{"kind": "domain", "value": "Bad.example", "message": "m"}]
