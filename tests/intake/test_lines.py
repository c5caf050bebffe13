# SPDX-License-Identifier: Apache-2.0
"""The lines of a bulk body."""

import pytest

from longwatch.core.errors import Invalid
from longwatch.intake.lines import MOST_LINES, lines_of


class TestLinesOf:
    """lines_of"""

    def test_numbers_lines_as_the_sender_counts_them(self) -> None:
        assert lines_of(b'{"a":1}\r\n\n  \n{"b":2}\n') == [(1, b'{"a":1}'), (4, b'{"b":2}')]

    @pytest.mark.parametrize("body", [b"", b"\n \n\r\n"])
    def test_refuses_a_body_without_lines(self, body: bytes) -> None:
        with pytest.raises(Invalid, match="no lines"):
            lines_of(body)

    def test_refuses_too_many(self) -> None:
        with pytest.raises(Invalid, match="at most"):
            lines_of(b"{}\n" * (MOST_LINES + 1))
