# SPDX-License-Identifier: Apache-2.0
"""A parser with a mistake that random bytes do not find, to see that the guided fuzzer is guided."""

from tests.fuzz.parsers import Parser


def read(content: bytes) -> int:
    """Break, but only behind five bytes in a row that must be right: one in a billion of random ones."""
    if content[:1] != b"L":
        return 0
    if content[1:2] != b"o":
        return 1
    if content[2:3] != b"n":
        return 2
    if content[3:4] != b"g":
        return 3
    if content[4:5] != b"w":
        return 4
    raise ZeroDivisionError("found")


PLANTED = Parser("planted", (b"?",), read)
