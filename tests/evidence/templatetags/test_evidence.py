# SPDX-License-Identifier: Apache-2.0
"""Small words of the evidence templates."""

import pytest

from longwatch.evidence.templatetags.evidence import file_icon, file_word


class TestFileIcon:
    """file_icon"""

    @pytest.mark.parametrize(
        ("kind", "icon"),
        [("image/png", "image"), ("audio/wav", "mic"), ("application/zip", "archive"), ("model/x", "paperclip")],
    )
    def test_shows_the_sort(self, kind: str, icon: str) -> None:
        assert file_icon(kind) == icon


class TestFileWord:
    """file_word"""

    def test_says_a_known_type_in_words_and_others_as_they_are_written(self) -> None:
        assert [file_word(kind) for kind in ("application/pdf", "model/x")] == ["PDF document", "model/x"]
