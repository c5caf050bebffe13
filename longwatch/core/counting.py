# SPDX-License-Identifier: Apache-2.0
"""Numbers with their word, for sentences of commands, which are in English."""

# The plurals that do not only end in s.
SINGULARS = {"entries": "entry"}


def counted(count: int, word: str) -> str:
    """The number and the word, given in the plural: "1 entry", "2,000 entries"."""
    return f"{count:,} {word if count != 1 else singular(word)}"


def singular(word: str) -> str:
    """One of them; what follows "whose" stays as it is."""
    head, whose, rest = word.partition(" whose ")
    begin, space, last = head.rpartition(" ")
    return f"{begin}{space}{SINGULARS.get(last, last.removesuffix('s'))}{whose}{rest}"
