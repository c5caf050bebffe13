# SPDX-License-Identifier: Apache-2.0
"""Sizes are decimal and say so."""

import pytest

from longwatch.web.sizes import size_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0\xa0kB"), (999_949, "999.9\xa0kB"),
        (999_951, "1.0\xa0MB"), (10_000_000_000, "10.0\xa0GB"), (10**19, "10000.0\xa0PB"),
    ],
)  # fmt: skip
def test_says_the_largest_unit_of_a_thousand(size: int, words: str) -> None:
    assert size_words(size) == words
