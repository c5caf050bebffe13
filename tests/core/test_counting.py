# SPDX-License-Identifier: Apache-2.0
"""Numbers with their word."""

import pytest

from longwatch.core.counting import counted


class TestCounted:
    @pytest.mark.parametrize(
        ("count", "word", "said"),
        [
            (1, "rows", "1 row"), (0, "rows", "0 rows"), (2000, "entries", "2,000 entries"), (1, "entries", "1 entry"),
            (1, "anchored checkpoints", "1 anchored checkpoint"),
            (1, "signals whose texts were changed", "1 signal whose texts were changed"),
        ],
    )  # fmt: skip
    def test_says_one_thing_in_the_singular_and_any_other_number_in_the_plural(
        self, count: int, word: str, said: str
    ) -> None:
        assert counted(count, word) == said
