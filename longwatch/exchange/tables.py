# SPDX-License-Identifier: Apache-2.0
"""Tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

# What a spreadsheet would run instead of show.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A table for spreadsheets: UTF-8 with its mark, and nothing in it that a spreadsheet would run."""
    yield b"\xef\xbb\xbf"
    for values in ([*columns], *([_cell(row.get(name)) for name in columns] for row in rows)):
        line = io.StringIO()
        csv.writer(line).writerow(values)
        yield line.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None or value is False else "yes" if value is True else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
