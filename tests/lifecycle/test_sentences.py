# SPDX-License-Identifier: Apache-2.0
"""What the history of a record says of holds and disposals, also when what it told was erased."""

import pytest

from longwatch.lifecycle.sentences import SENTENCES


class TestSentences:
    @pytest.mark.parametrize("name", SENTENCES)
    def test_do_without_what_was_erased(self, name: str) -> None:
        assert SENTENCES[name]({})

    def test_say_why(self) -> None:
        told = SENTENCES["hold.placed"]({"matter": "3 O 12/26", "reason": "Sued"})
        assert told == "ordered to keep everything, for the matter 3 O 12/26: Sued"
