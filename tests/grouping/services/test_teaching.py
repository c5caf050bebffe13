# SPDX-License-Identifier: Apache-2.0
"""What people teach about entities."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, Lesson
from longwatch.grouping.services.teaching import end_lesson, teach
from longwatch.intake.models import Signal
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast


@pytest.fixture
def signal(cast: Cast) -> Signal:
    return make_signals(cast, "scanner-1")[0]


@pytest.fixture
def group(cast: Cast, signal: Signal) -> Group:
    return make_group(cast, signal)


def test_a_lesson_is_about_an_entity_of_the_group_for_its_compartment(cast: Cast, group: Group, signal: Signal) -> None:
    with acting_as(cast.analyst):
        lesson = teach(group.id, entity_of(signal), "never", "our scanner", by=cast.analyst)
        assert selectors.lessons(cast.analyst) == [lesson]
    assert (lesson.label, lesson.compartment_id) == ("host scanner-1", cast.signals.id)
    assert lesson.version > 0


def test_it_can_be_ended_and_taught_anew(cast: Cast, group: Group, signal: Signal) -> None:
    with acting_as(cast.analyst):
        lesson = teach(group.id, entity_of(signal), "never", "our scanner", by=cast.analyst)
        with pytest.raises(Conflict):
            teach(group.id, entity_of(signal), "always", "on second thought", by=cast.analyst)
        ended = end_lesson(lesson.id, by=cast.analyst)
        assert end_lesson(lesson.id, by=cast.analyst).version == ended.version
        teach(group.id, entity_of(signal), "always", "on second thought", by=cast.analyst)
        assert [each.kind for each in selectors.lessons(cast.analyst)] == ["always"]


def test_what_the_group_does_not_name_cannot_be_taught_about(cast: Cast, group: Group) -> None:
    with acting_as(cast.analyst), pytest.raises(NotFound):
        teach(group.id, uuid7(), "never", "why not", by=cast.analyst)


@pytest.mark.parametrize(("kind", "reason"), [("never", " "), ("sometimes", "because")])
def test_kind_and_reason_are_needed(cast: Cast, group: Group, signal: Signal, kind: str, reason: str) -> None:
    with acting_as(cast.analyst), pytest.raises(Invalid):
        teach(group.id, entity_of(signal), kind, reason, by=cast.analyst)


def test_it_needs_the_permission(cast: Cast, group: Group, signal: Signal) -> None:
    reader = Actor(cast.analyst.kind, cast.analyst.id, "Reader", cast.analyst.org_id)
    with acting_as(reader), pytest.raises(NotAllowed):
        teach(group.id, entity_of(signal), "never", "why not", by=reader)


def test_lessons_are_hidden_elsewhere(cast: Cast, group: Group, signal: Signal) -> None:
    with acting_as(cast.analyst):
        lesson = teach(group.id, entity_of(signal), "never", "our scanner", by=cast.analyst)
    for stranger in (cast.outsider, cast.hr):
        with acting_as(stranger):
            assert not Lesson.objects.exists()
            with pytest.raises(NotFound):
                end_lesson(lesson.id, by=stranger)
