# SPDX-License-Identifier: Apache-2.0
"""Severity."""

from longwatch.records.severity import SEVERITY_BY_WORD, Severity
from longwatch.web.vocabulary import SEVERITY_WORDS


class TestSeverity:
    """Severity"""

    def test_is_higher_when_it_is_worse(self) -> None:
        assert max(Severity) is Severity.CRITICAL
        assert Severity.LOW < Severity.MEDIUM < Severity.HIGH

    def test_is_found_by_its_word(self) -> None:
        assert {word: each.word for word, each in SEVERITY_BY_WORD.items()} == {word: word for word in SEVERITY_BY_WORD}

    def test_has_the_words_in_the_order_that_pages_show(self) -> None:
        assert [each.word for each in Severity] == SEVERITY_WORDS
