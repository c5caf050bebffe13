# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make."""

import json
from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.intake.mapping.own import LONGEST_FILE, MOST_VALUES, own_reading, read_own, reading_of, stored_reading
from longwatch.intake.mapping.understanding import understand, understand_whole

DOORS = """
name = "doors"
title = "Door controller"
[recognise]
[signal]
title = "{event.name} at {door}"
severity = {path = "event.level", words = {red = "high", "*" = "low"}}
"""
RECORD = {"door": "D7", "event": {"name": "Held open", "level": "red"}}


def read(text: str, record: Any) -> list[tuple[str, Any, str]]:
    pieces = understand(json.dumps(record).encode(), own=own_reading(read_own(text)))
    return [(piece.signal.title, piece.signal.severity, piece.format) for piece in pieces]


def refused(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        read_own(text)
    return dict(refusal.value.fields)


class TestReadOwn:
    def test_reads_any_record_of_its_source(self) -> None:
        assert read(DOORS, RECORD) == [("Held open at D7", 3, "own:doors")]

    def test_reads_what_looks_like_another_format(self) -> None:
        assert read(DOORS, RECORD | {"title": "Ours", "severity": "low"}) == [("Held open at D7", 3, "own:doors")]

    def test_reads_each_record_of_a_list_and_of_a_container(self) -> None:
        text = 'split = "items"\n' + DOORS
        assert len(read(DOORS, [RECORD, RECORD])) == 2
        assert read(text, {"items": [RECORD, RECORD]}) == [("Held open at D7", 3, "own:doors")] * 2

    def test_leaves_records_that_it_does_not_fit_to_recognition(self) -> None:
        text = DOORS.replace("[recognise]", '[recognise]\nall = ["door"]')
        assert [found for _, _, found in read(text, [RECORD, {"title": "Ours"}])] == ["own:doors", "longwatch"]

    def test_reads_the_elements_of_a_container_that_fits(self) -> None:
        text = 'split = "items"\n' + DOORS.replace("[recognise]", '[recognise]\nall = ["items"]')
        assert read(text, {"items": [RECORD]}) == [("Held open at D7", 3, "own:doors")]

    def test_reads_json_in_a_message_of_syslog(self) -> None:
        raw = b"<134>1 2026-02-03T04:05:06Z gate app - - - " + json.dumps(RECORD).encode()
        assert understand_whole(raw, own=own_reading(read_own(DOORS))).pieces[0].format == "own:doors"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ('title = "{event.name} at {door}"', "signal.title"),
            ('severity = {path = "event.level", words = {red = "high", "*" = "low"}}', "signal.severity"),
        ],
    )
    def test_names_the_field_that_cannot_work(self, change: str, field: str) -> None:
        name = field.partition(".")[2]
        assert list(refused(DOORS.replace(change, f'{name} = {{path = "a..b"}}'))) == [field]
        assert list(refused(DOORS.replace(change, f'{name} = {{path = "a", regex = "(b"}}'))) == [field]
        assert list(refused(DOORS.replace(change, f'{name} = {{path = "a", scale = "none-such"}}'))) == [field]

    def test_names_an_entity_a_condition_and_a_place_to_follow(self) -> None:
        assert list(refused(DOORS + '[[entity]]\npath = "a["\nkind = "host"')) == ["entity[0].path"]
        assert list(refused(DOORS + '[[entity]]\npath = "a"\nkind = "hosts"')) == ["entity[0].kind"]
        assert list(refused(DOORS + 'rule = {path = "a", when = {b = "("}}')) == ["signal.rule"]
        assert list(refused(DOORS + 'rule = {path = "a", follow = "{}["}')) == ["signal.rule"]
        assert list(refused('split = "a["\n' + DOORS)) == ["split"]

    def test_refuses_words_that_mean_nothing(self) -> None:
        assert "purple" in refused(DOORS.replace('"high"', '"purple"'))["signal.severity"]
        assert "over" in refused(DOORS + 'state = {path = "a", words = {x = "over"}}')["signal.state"]

    def test_refuses_expressions_that_look_back_or_around(self) -> None:
        assert list(refused(DOORS + r"""rule = {path = "a", regex = '(a)\1'}""")) == ["signal.rule"]

    def test_refuses_what_is_no_toml_too_long_or_too_much(self) -> None:
        assert "line 1" in refused("name = \n")["text"]
        assert list(refused("#" * (LONGEST_FILE + 1))) == ["text"]
        assert list(refused(DOORS + f"tags = {json.dumps(['a'] * (MOST_VALUES + 1))}")) == ["text"]
        assert list(refused(DOORS.replace("[recognise]", '[recognise]\nparser = "cef"'))) == ["recognise.parser"]


class TestStoredReading:
    def test_says_which_version_read_a_record(self) -> None:
        reading = reading_of({"name": "doors", "number": 3, "text": DOORS})
        assert understand(json.dumps(RECORD).encode(), own=reading)[0].format == "own:doors@3"

    def test_is_none_when_it_does_not_work_any_more(self) -> None:
        assert stored_reading("own:doors@1", "name = ") is None
        assert reading_of(None) is None
