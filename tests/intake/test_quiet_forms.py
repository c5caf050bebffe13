# SPDX-License-Identifier: Apache-2.0
"""Forms of rules that keep alerts quiet."""

from django.http import QueryDict

from longwatch.intake.quiet_forms import MaintenanceForm, QuietForm, lines_of_text


def sent(*fields: str, **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for field in fields:
        data.appendlist("conditions_field", field)
        data.appendlist("conditions_op", "is")
        data.appendlist("conditions_values", "a\n\n b " if field else "")
    data.update(more)
    return data


class TestQuietForm:
    def test_says_what_its_lines_say_without_those_that_are_empty(self) -> None:
        form = QuietForm(sent("", "title"))
        assert form.all_conditions() == [{"field": "title", "op": "is", "values": ["a", "b"]}]

    def test_says_what_is_wrong_with_none(self) -> None:
        form = QuietForm(sent(""))
        assert form.all_conditions() == []
        assert form.errors["conditions"] == ["Give between one and 10 conditions."]

    def test_begins_with_what_it_is_given(self) -> None:
        given = [{"field": "title", "op": "is", "values": ["a"]}]
        assert QuietForm(initial={"conditions": given}).all_conditions() == given


class TestMaintenanceForm:
    def test_needs_no_line_beside_its_assets(self) -> None:
        form = MaintenanceForm(sent("", assets="web-1"))
        assert form.all_conditions() == [{"field": "entity", "op": "is", "values": ["web-1"]}]
        assert "conditions" not in form.errors


def test_lines_are_told_once() -> None:
    assert lines_of_text(" a \n\nb\na") == ["a", "b"]
