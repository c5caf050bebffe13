# SPDX-License-Identifier: Apache-2.0
"""Marked words in results."""

from longwatch.search.highlight import END, START, marked, unmarked


class TestMarked:
    """marked"""

    def test_marks_found_words_and_escapes_everything_else(self) -> None:
        assert marked(f"<b>{START}door{END}</b>") == "&lt;b&gt;<mark>door</mark>&lt;/b&gt;"


class TestUnmarked:
    """unmarked"""

    def test_is_the_plain_text(self) -> None:
        assert unmarked(f"the {START}door{END}") == "the door"
