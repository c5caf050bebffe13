# SPDX-License-Identifier: Apache-2.0
"""The words of copies."""

from longwatch.evidence.copy_words import column_label, fact_label, fact_value


class TestFacts:
    def test_are_called_as_people_call_them(self) -> None:
        assert fact_label("pixels") == "Pixels"

    def test_keep_a_name_out_of_the_file(self) -> None:
        assert fact_label("EXIF Make") == "EXIF Make"

    def test_say_sizes_in_words(self) -> None:
        assert fact_value("unpacked_bytes", "2048") == "2.0\xa0kB"


class TestColumns:
    def test_are_headed_in_words_or_capitals(self) -> None:
        assert (column_label("size"), column_label("sha256")) == ("Size", "SHA256")
