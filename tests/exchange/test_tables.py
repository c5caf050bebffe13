# SPDX-License-Identifier: Apache-2.0
"""Tables for spreadsheets."""

import pytest

from longwatch.exchange.tables import csv_lines


class TestCsvLines:
    """csv_lines"""

    @pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
    def test_make_nothing_that_a_spreadsheet_would_run(self, value: str) -> None:
        assert f"'{value}" in b"".join(csv_lines(("a",), [{"a": value}])).decode()

    def test_begin_with_the_mark_of_utf8(self) -> None:
        assert b"".join(csv_lines(("a",), [])) == b"\xef\xbb\xbfa\r\n"
