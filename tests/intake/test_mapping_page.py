# SPDX-License-Identifier: Apache-2.0
"""What the page in which mappings are made shows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.intake.mapping.drafting import KINDS, SLOTS
from longwatch.intake.mapping.scales import SCALES as KNOWN
from longwatch.intake.mapping_page import HELP, LABELS, SCALES, kind_choices, page_of
from longwatch.intake.mapping_samples import Picked
from tests.intake.cast_mappings import RECORD
from tests.intake.test_mapping_editing import desk


def test_every_field_has_its_words() -> None:
    assert set(HELP) == set(SLOTS)
    assert set(LABELS) == {*SLOTS, "entity"}
    assert [kind for kind, word in kind_choices() if word] == list(KINDS)


def test_every_scale_is_one_that_there_is() -> None:
    assert {name for name, _label in SCALES if name} <= set(KNOWN)


def test_a_line_of_the_record_says_which_fields_take_it() -> None:
    found = {leaf.line.path: [str(each) for each in leaf.used] for leaf in page_of(desk(), [])["leaves"]}
    assert (found["event.name"], found["door"]) == (["Title"], [])


def test_an_error_stands_at_its_field() -> None:
    shown = page_of(desk(slot_title="a[", entity_path=["b["], entity_kind=["host"], entity_part=["involved"],
                         entity_kept=[""]), [])  # fmt: skip
    assert shown["main_slots"][0].error
    assert shown["entities"][0].error


class TestWords:
    """What the tool's words mean"""

    @pytest.mark.parametrize(
        ("said", "unknown"),
        [
            ({}, ["red"]),
            ({"severity_word": ["red"], "severity_means": ["high"]}, []),
            ({"severity_word": ["*"], "severity_means": ["low"]}, []),
            ({"sample": RECORD.decode().replace("red", "Critical")}, []),
            ({"sample": RECORD.decode().replace("red", "unknown")}, []),
            ({"sample": RECORD.decode().replace('"red"', "7")}, ["7"]),
            ({"sample": RECORD.decode().replace('"red"', "7"), "scale": "ten"}, []),
        ],
    )
    def test_that_mean_no_severity_are_named(self, said: dict[str, Any], unknown: list[str]) -> None:
        shown = page_of(desk(slot_severity="event.level", **said), [])
        assert shown["unknown"] == unknown
        slot = shown["main_slots"][1]
        assert slot.unknown == unknown

    def test_that_are_known_say_what_they_mean(self) -> None:
        [word] = page_of(desk(slot_severity="event.level", sample=RECORD.decode().replace("red", "err")), [])[
            "main_slots"
        ][1].words
        assert (word.word, str(word.usual)) == ("err", "Medium")

    def test_of_other_records_are_named_too(self) -> None:
        other = Picked(datetime(2026, 2, 3, tzinfo=UTC), "Held", RECORD.replace(b"red", b"High-ish"))
        assert page_of(desk(slot_severity="event.level"), [other])["unknown"] == ["red", "High-ish"]
