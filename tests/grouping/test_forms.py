# SPDX-License-Identifier: Apache-2.0
"""What people may say about a group."""

from longwatch.core.ids import uuid7
from longwatch.grouping.forms import FilterForm, LessonForm, MergeForm, SplitForm


def test_a_filter_may_say_nothing() -> None:
    form = FilterForm({})
    assert form.is_valid()
    assert form.cleaned_data == {"state": "", "severity": None}


def test_a_severity_is_a_number() -> None:
    form = FilterForm({"severity": "3"})
    assert form.is_valid()
    assert form.cleaned_data["severity"] == 3


def test_a_lesson_needs_an_entity_a_kind_and_a_reason() -> None:
    assert set(LessonForm({}).errors) == {"entity", "kind", "reason"}
    assert LessonForm({"entity": str(uuid7()), "kind": "always", "reason": "crown jewels"}).is_valid()


def test_notes_are_optional_and_bounded() -> None:
    assert SplitForm({}).is_valid()
    assert "note" in SplitForm({"note": "x" * 501}).errors
    assert MergeForm({"into": str(uuid7())}).is_valid()
