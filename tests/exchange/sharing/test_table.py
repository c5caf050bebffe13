# SPDX-License-Identifier: Apache-2.0
"""Parcels as tables."""

import csv
import io

from longwatch.exchange.sharing.parcel import Parcel
from longwatch.exchange.sharing.table import csv_file
from tests.exchange.sharing.parcels import alert, parcel, thing


def rows(of: Parcel) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_file(of).decode("utf-8-sig"))))


class TestCsvFile:
    """csv_file"""

    def test_has_a_row_for_the_record_for_each_thing_and_for_each_alert(self) -> None:
        assert [row["row"] for row in rows(parcel())] == ["record", *["thing"] * 7, "alert"]

    def test_says_which_marking_holds_for_each(self) -> None:
        marks = {row["value"]: row["tlp"] for row in rows(parcel())}
        assert (marks["evil.example"], marks["192.0.2.7"]) == ("TLP:GREEN", "TLP:AMBER")

    def test_holds_nothing_that_a_spreadsheet_would_run(self) -> None:
        bad = parcel(title="=1+1", things=(thing("host", "@SUM(A1)"),), seen=(alert(title="+cmd", source="-x"),))
        found = rows(bad)
        assert [row["value"] for row in found] == ["'=1+1", "'@SUM(A1)", "'+cmd"]
        assert found[2]["source"] == "'-x"

    def test_says_how_much_is_missing_and_not_what(self) -> None:
        assert rows(parcel())[0]["note"].startswith("1 item is not in this file")
        assert b"203.0.113.9" not in csv_file(parcel())
