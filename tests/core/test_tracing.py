# SPDX-License-Identifier: Apache-2.0
"""Spans, without any library that sends them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from longwatch.core import tracing
from longwatch.core.tracing import Kind, Recorded, Value, here, record_with, span


@dataclass
class Note:
    name: str
    outer: Recorded | None
    said: dict[str, Value] = field(default_factory=dict)
    has_failed: bool = False
    has_ended: bool = False

    def set_attribute(self, key: str, value: Value, /) -> None:
        self.said[key] = value

    def failed(self) -> None:
        self.has_failed = True

    def end(self) -> None:
        self.has_ended = True


@dataclass
class Book:
    notes: list[Note] = field(default_factory=list)

    def begin(self, name: str, kind: Kind, outer: Recorded | None, traceparent: str, /) -> Note:
        self.notes.append(Note(name, outer))
        return self.notes[-1]


@pytest.fixture
def book() -> Iterator[Book]:
    kept = Book()
    record_with(kept)
    yield kept
    record_with(None)


def test_nothing_is_made_while_nobody_collects() -> None:
    with span("work") as work:
        work.tell("longwatch.signals", 1)
        assert work is tracing.SILENT
        assert here() is tracing.SILENT


def test_work_within_work_is_a_part_of_it(book: Book) -> None:
    with span("outer"), span("inner") as inner:
        here().tell("longwatch.signals", 2)
        assert here() is inner
    outer, part = book.notes
    assert part.outer is outer
    assert part.said == {"longwatch.signals": 2}
    assert outer.has_ended
    assert part.has_ended


def test_a_failure_is_told_by_its_kind_without_its_words(book: Book) -> None:
    with pytest.raises(ValueError, match="anna@example"), span("work"):
        raise ValueError("anna@example.org")
    (note,) = book.notes
    assert note.has_failed
    assert note.said == {"error.type": "ValueError"}


def test_what_is_not_chosen_has_no_parts_either(book: Book) -> None:
    with span("outer", share=0.0), span("inner"):
        pass
    assert book.notes == []


def test_what_is_dropped_is_not_sent_nor_what_follows_in_it(book: Book) -> None:
    with span("outer") as work:
        work.drop()
        with span("inner"):
            pass
    (note,) = book.notes
    assert not note.has_ended


def test_the_share_of_all_work_is_that_of_the_recorder() -> None:
    kept = Book()
    record_with(kept, share=0.0)
    try:
        with span("work"):
            pass
        with span("always", share=1.0):
            pass
    finally:
        record_with(None)
    assert [each.name for each in kept.notes] == ["always"]
