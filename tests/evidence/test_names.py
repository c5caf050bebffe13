# SPDX-License-Identifier: Apache-2.0
"""Names of files as they are kept."""

import pytest

from longwatch.evidence.names import LONGEST_NAME, clean_name, visible_name


class TestCleanName:
    """clean_name"""

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("../../etc/passwd", "passwd"), ("C:\\Users\\a\\note.txt", "note.txt"), ("a\nb\t c.txt", "a b c.txt"),
            ("invoice\u202efdp.exe", "invoicefdp.exe"), ("a\u0000\u200b.png", "a.png"), ("  . ", "file"), ("", "file"),
            ("Zu\u0308rich.pdf", "Z\u00fcrich.pdf"),
        ],
    )  # fmt: skip
    def test_leaves_nothing_that_misleads(self, sent: str, kept: str) -> None:
        assert clean_name(sent) == kept

    def test_shortens_a_long_one_and_keeps_its_extension(self) -> None:
        name = clean_name("x" * 500 + ".jpeg")
        assert (len(name), name[-5:]) == (LONGEST_NAME, ".jpeg")

    def test_takes_no_long_ending_for_an_extension(self) -> None:
        assert len(clean_name("a." + "x" * 500)) == LONGEST_NAME


def test_a_name_that_is_no_path_keeps_its_slashes() -> None:
    assert visible_name(" Backpack 12/24\u202e\n black ") == "Backpack 12/24 black"
