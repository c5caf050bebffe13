# SPDX-License-Identifier: Apache-2.0
"""Text that is hidden in the database."""

from longwatch.core.hiding import hide, reveal


class TestReveal:
    """reveal"""

    def test_gives_back_what_was_hidden(self) -> None:
        assert reveal(hide("a secret", "here"), "here") == "a secret"

    def test_gives_nothing_for_another_purpose(self) -> None:
        assert reveal(hide("a secret", "here"), "there") is None

    def test_gives_nothing_when_it_was_altered(self) -> None:
        hidden = hide("a secret", "here")
        assert reveal(hidden[:-4] + "AAA=", "here") is None

    def test_gives_nothing_for_what_was_never_hidden(self) -> None:
        assert reveal("a secret", "here") is None


class TestHide:
    """hide"""

    def test_does_not_show_the_text_nor_that_two_are_the_same(self) -> None:
        one, other = hide("a secret", "here"), hide("a secret", "here")
        assert "a secret" not in one
        assert one != other
