# SPDX-License-Identifier: Apache-2.0
"""What stands in the page in which mappings are made."""

from typing import Any

import pytest
from django.http import QueryDict

from longwatch.core.errors import Invalid
from longwatch.intake import mapping_editing as editing
from longwatch.intake.mapping.own import read_own
from tests.intake.cast_mappings import RECORD, door_mapping


def posted(**fields: Any) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, value in fields.items():
        post.setlist(name, value if isinstance(value, list) else [value])
    return post


def desk(**fields: Any) -> editing.Editing:
    usual: dict[str, Any] = {
        "was": "", "text": "", "name": "doors", "title": "Doors", "sample": RECORD.decode(), "slot_title": "event.name",
    }  # fmt: skip
    return editing.editing_of(posted(**usual | fields))


class TestEditingOf:
    def test_reads_the_fields(self) -> None:
        found = desk(slot_severity="event.level", severity_word=["red", ""], severity_means=["high", ""],
                     entity_path=["door", ""], entity_kind=["asset", "host"], entity_part=["affected", "involved"],
                     entity_kept=["", ""])  # fmt: skip
        file = read_own(found.text)
        assert (file.name, file.signal.title, [each.path for each in file.entity]) == ("doors", "event.name", ["door"])
        [shown] = editing.preview(found).signals
        assert (shown.signal.title, shown.severity) == ("Held open", 3)

    def test_takes_a_file_that_was_changed_by_hand_before_the_fields(self) -> None:
        assert (
            desk(was=door_mapping(), text=door_mapping(title="{door}", expected="D7")).draft.slots["title"] == "{door}"
        )
        assert desk(was=door_mapping(), text=door_mapping()).draft.slots["title"] == "event.name"

    def test_keeps_a_file_that_cannot_be_read_and_says_why(self) -> None:
        found = desk(was=door_mapping(), text="name = ")
        assert (found.text, list(found.errors)) == ("name = ", ["text"])
        assert editing.preview(found).errors == found.errors

    def test_survives_a_form_that_somebody_forged(self) -> None:
        found = desk(was="name = ", text="name = ", target="nothing", entity_path=["a"], entity_kind=["x"],
                     entity_part=["y"], entity_kept=["99999"])  # fmt: skip
        assert (found.target, found.draft.file().entity[0].kind) == ("title", "other")


class TestPointing:
    def test_fills_the_field_and_goes_on(self) -> None:
        found = editing.pointed(desk(slot_title=""), "event.name")
        assert (found.draft.slots["title"], found.target) == ("event.name", "severity")

    def test_shows_the_first_record_of_a_list_of_lines_and_of_a_container(self) -> None:
        for sample in (
            f"[{RECORD.decode()}]",
            f"{RECORD.decode()}\n{RECORD.decode()}",
            f"<134>1 - - - {RECORD.decode()}",
        ):
            assert editing.root_of(desk(sample=sample))["door"] == "D7"
        assert editing.root_of(desk(sample=f'{{"items": [{RECORD.decode()}]}}', split="items"))["door"] == "D7"

    @pytest.mark.parametrize("sample", ["", "{", "text", "[]", "7", "{" * 100, "\x00", "<x>{</x>"])
    def test_what_is_no_record_does_no_harm(self, sample: str) -> None:
        found = desk(sample=sample)
        editing.preview(found)
        assert editing.tree_of(found).cut is False


class TestWordsAt:
    def test_are_those_of_the_table_the_sample_and_other_records(self) -> None:
        found = desk(slot_severity="event.level", severity_word=["green"], severity_means=["low"])
        others = [{"event": {"level": "yellow"}}, {"event": {"level": "RED"}}]
        assert editing.words_at(found, "severity", others) == [("green", "low"), ("red", ""), ("yellow", "")]


class TestTests:
    def test_the_sample_is_kept_with_what_it_gives(self) -> None:
        text = editing.kept_as_test(desk(sample_name="held", slot_occurred_at="event.time"))
        [sample] = read_own(text).sample
        assert (sample.name, sample.expect[0].title) == ("held", "Held open")
        assert sample.expect[0].occurred_at == "2026-02-03T04:05:06Z"

    def test_a_sample_that_gives_nothing_is_refused(self) -> None:
        with pytest.raises(Exception, match="JSON"):
            editing.kept_as_test(desk(sample="{"))

    def test_are_told_when_they_fail_and_can_be_accepted_or_removed(self) -> None:
        wrong = door_mapping(expected="Else")
        found = desk(was=wrong, text=wrong, slot_title="{event.name} at {door}")
        assert editing.preview(found).failing == 1
        assert editing.preview(editing.accepted(found)).failing == 0
        assert editing.preview(editing.without_test(found, "held open")).tests == []

    def test_cannot_be_accepted_of_a_mapping_that_does_not_work(self) -> None:
        with pytest.raises(Invalid):
            editing.accepted(desk(slot_title="a["))


def test_the_preview_names_the_field_that_is_wrong() -> None:
    assert list(editing.preview(desk(slot_title="a[")).errors) == ["signal.title"]
    assert "JSON" in editing.preview(desk(sample="{")).refused
