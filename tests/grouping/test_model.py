# SPDX-License-Identifier: Apache-2.0
"""What is remembered under which keys, and what a group adds up to."""

from longwatch.grouping.joining import Joiner
from longwatch.grouping.model import Memory, keys_of
from tests.grouping.cast_items import HIGH, NOW, item


def test_an_arrival_asks_for_its_rule_its_entities_and_their_pairs() -> None:
    assert keys_of(item("login", "web-1", "ann")) == ["r:login", "e:web-1", "e:ann", "p:login|web-1", "p:login|ann"]


def test_an_arrival_without_entities_has_a_habit_too() -> None:
    assert keys_of(item("login")) == ["r:login", "p:login|"]


def test_a_habit_begins_when_it_is_asked_for() -> None:
    memory = Memory()
    assert memory.of("r:login") is memory.of("r:login")


def test_a_group_is_as_severe_as_its_worst_and_counts_all_arrivals() -> None:
    joining = Joiner()
    joining.take(item("malware", "web-1", severity=HIGH, count=3))
    group = joining.take(item("beacon", "web-1", severity=HIGH + 1, at=NOW + 60, count=2))
    assert group is not None
    assert (group.severity, group.count) == (HIGH + 1, 5)
