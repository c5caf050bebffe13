# SPDX-License-Identifier: Apache-2.0
"""How strictly something is marked."""

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment.markings import Marks, is_freer, marks_in, marks_of
from tests.enrichment.cast_analyzers import a_signal
from tests.personas import Cast


class TestMarksIn:
    @pytest.mark.parametrize(
        ("tags", "tlp", "pap"),
        [([], "", ""), (["tlp:green", "TLP:AMBER+STRICT", "pap:WHITE"], "amber+strict", "clear"),
         (["tlp:white"], "clear", ""), (["tlp:ex:chr", "tlp", 'PAP:"RED"'], "", "")],
    )  # fmt: skip
    def test_are_the_strictest_words_that_are_known(self, tags: list[str], tlp: str, pap: str) -> None:
        assert marks_in(tags) == Marks(tlp, pap)


class TestMarksOf:
    def test_are_those_of_a_signals_tags(self, cast: Cast) -> None:
        record = a_signal(cast, "tlp:green", "other")
        with acting_as(cast.analyst):
            assert marks_of(record.id) == Marks("green", "")
        with acting_as(cast.outsider):
            assert marks_of(record.id) == Marks()


class TestIsFreer:
    @pytest.mark.parametrize(
        ("word", "than", "freer"), [("green", "amber", True), ("red", "amber", False), ("clear", "", False)]
    )
    def test_compares_with_what_is_marked(self, word: str, than: str, *, freer: bool) -> None:
        assert is_freer(word, than) is freer
