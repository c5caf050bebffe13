# SPDX-License-Identifier: Apache-2.0
"""Small words of the search templates."""

import pytest

from longwatch.search.highlight import END, START
from longwatch.search.kinds import ResultKind
from longwatch.search.templatetags.search import entity_word, marks, result_icon, result_word


@pytest.mark.parametrize("kind", ResultKind)
class TestEachKindOfResult:
    def test_has_a_word_of_its_own(self, kind: ResultKind) -> None:
        assert result_word(kind) not in ("", kind.value)

    def test_has_an_icon_of_its_own(self, kind: ResultKind) -> None:
        assert result_icon(kind) != "circle"


class TestEntityWord:
    """entity_word"""

    def test_says_a_known_kind_in_words_and_others_as_they_are(self) -> None:
        assert (entity_word("file_hash"), entity_word("spaceship")) == ("File hash", "spaceship")


class TestMarks:
    """marks"""

    def test_marks_found_words(self) -> None:
        assert marks(f"{START}door{END}") == "<mark>door</mark>"
