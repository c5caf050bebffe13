# SPDX-License-Identifier: Apache-2.0
"""Forms of rules that keep alerts quiet."""

from longwatch.intake.conditions import FIELDS, MOST_CONDITIONS
from longwatch.intake.quiet_forms import FIELD_CHOICES, Conditions, lines_of_text


class TestConditions:
    """Conditions"""

    def test_close_the_gaps_that_emptied_rows_leave(self) -> None:
        sent = {"c0-field": "", "c0-values": "", "c1-field": "title", "c1-op": "is", "c1-values": "a\n\n b "}
        conditions = Conditions(sent)
        assert conditions.said == [{"field": "title", "op": "is", "values": ["a", "b"]}]
        assert [row["field"].value() for row in conditions.rows] == ["title", None, None]

    def test_keep_a_row_that_is_half_said(self) -> None:
        assert Conditions({"c0-field": "title"}).said == [{"field": "title", "op": "is", "values": []}]

    def test_are_no_more_rows_than_there_may_be_conditions(self) -> None:
        sent = {f"c{number}-field": "title" for number in range(MOST_CONDITIONS)}
        assert len(Conditions(sent).rows) == MOST_CONDITIONS


def test_every_field_but_the_kind_can_be_chosen() -> None:
    assert {name for name, _ in FIELD_CHOICES} - {""} == FIELDS - {"kind"}


def test_lines_are_told_once() -> None:
    assert lines_of_text(" a \n\nb\na") == ["a", "b"]
