# SPDX-License-Identifier: Apache-2.0
"""What a copy holds, within its limits."""

from longwatch.evidence.rendering.copy import LONGEST_TEXT, MOST_FACTS, Copy


class TestCopy:
    def test_notes_a_thing_once(self) -> None:
        copy = Copy("text")
        copy.note("smaller", 2000)
        copy.note("smaller", 2000)
        assert copy.notes == [["smaller", "2000"]]

    def test_keeps_no_fact_that_says_nothing(self) -> None:
        copy = Copy("text")
        copy.fact("Make", "  ")
        assert copy.facts == []

    def test_keeps_so_many_facts_and_no_more(self) -> None:
        copy = Copy("text")
        for number in range(MOST_FACTS + 5):
            copy.fact("Make", number)
        assert len(copy.facts) == MOST_FACTS

    def test_cuts_long_text_and_says_so(self) -> None:
        copy = Copy("text")
        copy.say("a" * (LONGEST_TEXT + 1))
        assert (len(copy.text), copy.notes[0][0]) == (LONGEST_TEXT, "text_cut")
