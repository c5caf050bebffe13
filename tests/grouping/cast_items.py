# SPDX-License-Identifier: Apache-2.0
"""Arrivals and compartments to join in tests."""

from longwatch.grouping.habits import HOUR
from longwatch.grouping.joining import Joiner
from longwatch.grouping.model import Item, Lessons, Memory, Named, RuleSpec

DAY = 24 * HOUR
# A compartment that was watched for ten days by then.
NOW = 1_700_000_000.0
LOW, MEDIUM, HIGH = 1, 2, 3


def named(*labels: str) -> tuple[Named, ...]:
    """Entities of these names."""
    return tuple(Named(label, label) for label in labels)


def item(rule: str, *entities: str, at: float = NOW, severity: int = LOW, count: int = 1, said: str = "") -> Item:
    """What arrives of the signal of a rule and its first entity."""
    return Item((rule, *entities[:1]), at, rule, named(*entities), severity, count, said)


def used_to(*usual: Item, days: int = 10) -> Memory:
    """The memory of a compartment in which these came once an hour until an hour ago."""
    joiner = Joiner(Memory(began=NOW - days * DAY))
    for hours_ago in range(days * 24, 0, -1):
        for each in usual:
            at = NOW - hours_ago * HOUR
            joiner.take(Item(each.signal, at, each.rule, each.entities, each.severity, each.count))
    return joiner.memory


def joiner(*usual: Item, rules: tuple[RuleSpec, ...] = (), lessons: Lessons | None = None) -> Joiner:
    """Joins in a compartment that is used to these."""
    return Joiner(used_to(*usual), rules=rules, lessons=lessons)
