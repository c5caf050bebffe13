# SPDX-License-Identifier: Apache-2.0
"""What a person may be known as."""

from longwatch.lifecycle.subjects import identifiers_in, words_of


class TestIdentifiersIn:
    def test_takes_one_a_line_and_tells_what_each_looks_like(self) -> None:
        found = identifiers_in(" jw@example.org \n\n+49 (30) 1234567\nJ. Weber")
        assert [each["kind"] for each in found] == ["email", "phone", "person"]


class TestWordsOf:
    def test_are_the_name_and_each_identifier_once(self) -> None:
        assert words_of("A B", [{"kind": "person", "value": "A B"}, {"kind": "email", "value": "a@b"}]) == [
            "A B",
            "a@b",
        ]
