# SPDX-License-Identifier: Apache-2.0
"""How severities and statuses look."""

import pytest

from longwatch.web.vocabulary import STATUS_TONES, STATUS_WORDS, severity_look, status_label, status_tone


class TestSeverityLook:
    """severity_look"""

    @pytest.mark.parametrize("value", [3, "3", "high", "HIGH"])
    def test_is_found_by_number_and_by_word(self, value: int | str) -> None:
        assert severity_look(value) == ("high", "High", "triangle-alert")


class TestStatusTone:
    """status_tone"""

    def test_is_plain_for_an_unknown_word(self) -> None:
        assert (status_tone("closed"), status_tone("elsewhere")) == ("done", "plain")

    def test_is_one_for_each_word(self) -> None:
        words = [word for each in STATUS_TONES.values() for word in each]
        assert sorted(words) == sorted(set(words))

    def test_is_known_for_each_status_that_has_a_label(self) -> None:
        assert [word for word in STATUS_WORDS if status_tone(word) == "plain"] == []


class TestStatusLabel:
    """status_label"""

    def test_says_an_unknown_word_as_it_is(self) -> None:
        assert (status_label("on_hold"), status_label("well_known")) == ("On hold", "Well known")
