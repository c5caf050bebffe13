# SPDX-License-Identifier: Apache-2.0
"""Mappings while somebody makes them."""

import pytest

from longwatch.intake.mapping.catalogue import builtin
from longwatch.intake.mapping.drafting import ENTITY, EntityRow, draft_of, empty, kind_of, part_of, with_sample
from longwatch.intake.mapping.model import Sample, Value
from longwatch.intake.mapping.own import read_own


@pytest.mark.parametrize("name", sorted(builtin().formats))
def test_opening_and_keeping_any_mapping_changes_nothing_of_it(name: str) -> None:
    file = builtin().formats[name].file
    again = draft_of(draft_of(file).file()).file()
    assert again == draft_of(file).file()
    assert (again.let, again.details, again.sample, again.recognise) == (
        file.let, file.details, file.sample, file.recognise,
    )  # fmt: skip


class TestPointed:
    def test_replaces_the_title_or_goes_on_with_it(self) -> None:
        draft = empty().pointed("title", "event.name")
        assert draft.slots["title"] == "event.name"
        assert draft.pointed("title", "door", joined=True).slots["title"] == "{event.name} {door}"
        assert draft.pointed("title", "door").slots["title"] == "door"

    def test_gathers_techniques_and_entities(self) -> None:
        draft = empty().pointed("techniques", "a").pointed("techniques", "b").pointed("techniques", "a")
        assert draft.slots["techniques"] == "a\nb"
        draft = draft.pointed(ENTITY, "src.ip", "192.0.2.7").pointed(ENTITY, "src.ip").pointed(ENTITY, "device")
        assert draft.entities == [EntityRow("src.ip", "ip", "indicator"), EntityRow("device", "asset", "affected")]

    def test_says_what_to_point_at_next(self) -> None:
        draft = empty()
        assert draft.next_target("") == "title"
        draft = draft.pointed("title", "a")
        assert draft.next_target("title") == "severity"
        draft = draft.pointed("severity", "b").pointed("occurred_at", "c")
        assert (draft.next_target("occurred_at"), draft.next_target(ENTITY)) == (ENTITY, ENTITY)

    def test_knows_which_fields_take_what(self) -> None:
        draft = empty().pointed("title", "{a} at {b}").pointed("rule", "a").pointed(ENTITY, "b")
        assert draft.used() == {"a": ["title", "rule"], "b": ["title", ENTITY]}


class TestFile:
    def test_has_a_table_of_words_and_reads_the_others_as_usual(self) -> None:
        draft = empty("doors", "Doors").pointed("severity", "level")
        worded = type(draft)(**{name: getattr(draft, name) for name in draft.__slots__} | {
            "words": {"severity": {"red": "high", "blue": ""}}
        })  # fmt: skip
        assert worded.file().signal.severity == [Value(path="level", words={"red": "high"}), "level"]
        assert draft_of(read_own(worded.text())).words == {"severity": {"red": "high"}}
        assert draft_of(read_own(worded.text())).slots["severity"] == "level"

    def test_keeps_what_the_form_cannot_show(self) -> None:
        file = read_own("""
            name = "x"
            title = "X"
            [recognise]
            all = ["a"]
            [let]
            b = "c"
            [signal]
            title = {path = "a", regex = "(b)"}
            latitude = "lat"
            [[entity]]
            path = ["a", "b"]
            kind = "host"
        """)
        assert draft_of(file).file() == file


def test_a_sample_replaces_the_one_of_its_name() -> None:
    file = with_sample(with_sample(empty().base, Sample("a", "1", [])), Sample("a", "2", []))
    assert [sample.raw for sample in file.sample] == ["2"]


@pytest.mark.parametrize(
    ("path", "shown", "kind"),
    [
        ("x", "192.0.2.7", "ip"),
        ("x", "ana@halden.example", "email"),
        ("x", "https://halden.example/a", "url"),
        ("x", "d" * 64, "file_hash"),
        ("actor.user_name", "ana", "account"),
        ("computer", "pc7", "host"),
        ("door", "D7", "asset"),
    ],
)
def test_the_kind_is_guessed_from_looks_then_from_the_name(path: str, shown: str, kind: str) -> None:
    assert kind_of(path, shown) == kind


def test_the_part_is_guessed_from_the_name() -> None:
    assert [part_of(path) for path in ("dst_ip", "src_ip", "user")] == ["affected", "indicator", "involved"]
