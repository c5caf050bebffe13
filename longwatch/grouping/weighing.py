# SPDX-License-Identifier: Apache-2.0
"""How remarkable an arrival is, and how strongly something that two signals share ties them. Pure."""

from dataclasses import dataclass

from longwatch.grouping.habits import ROUTINE_HOURS, Habit
from longwatch.grouping.model import Item, Lessons, Memory, Named, Tuning, Why, entity_key, pair_keys, rule_key

INFORMATIONAL, HIGH = 0, 3
# What a severity says by itself, from informational to critical; of what is routine, only a part of it.
SAID_BY_SEVERITY = (0.0, 0.0, 1.0, 1.0, 1.0)
ROUTINE_PART = 0.25
# How much something remarkable of a severity is worth: four low ones are as much as two medium ones.
WORTH_BY_SEVERITY = (0.5, 1.0, 2.0, 4.0, 4.0)
# Of what is only informational, being new says half as much.
INFORMATIONAL_PART = 0.5
# A rule that named so many different things makes a new one half as remarkable.
PROMISCUOUS = 50.0
# An entity that came with so many different things, hour after hour, ties half as strongly; below that, not at all.
BUSY = 20.0
LEAST_WEIGHT = 0.1
SAME_RULE = 0.5
ALWAYS = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """How remarkable an arrival is, up to 1, and why."""

    weight: float
    why: Why


def evidence(item: Item, memory: Memory, lessons: Lessons, tuning: Tuning) -> Evidence:
    """How remarkable an arrival is, before it is counted itself."""
    if any(each.key in lessons.always for each in item.entities):
        return Evidence(1.0, Why.TAUGHT)
    pairs = [memory.of(key) for key in pair_keys(item)]
    hours = max(pair.hours_before(item.at) for pair in pairs)
    said = SAID_BY_SEVERITY[item.severity] * (ROUTINE_PART if _is_routine(item, hours) else 1.0)
    unusual = _unusual(item, pairs, memory.of(rule_key(item.rule)), _experience(memory, item.at, tuning))
    return unusual if unusual.weight >= said else Evidence(said, Why.SEVERE)


def _is_routine(item: Item, hours: float) -> bool:
    return hours >= ROUTINE_HOURS and item.severity < HIGH


def _unusual(item: Item, pairs: list[Habit], rule: Habit, experience: float) -> Evidence:
    novelty = min(pair.novelty(item.at) for pair in pairs) / (1 + rule.named_by / PROMISCUOUS)
    why = Why.NEW if all(pair.is_new for pair in pairs) else Why.RARE
    if all(pair.bursts(item.at, item.count) for pair in pairs) and novelty < 1:
        novelty, why = 1.0, Why.BURST
    part = INFORMATIONAL_PART if item.severity == INFORMATIONAL else 1.0
    return Evidence(novelty * part * experience, why)


def _experience(memory: Memory, at: float, tuning: Tuning) -> float:
    """How much being new says: nothing at the beginning, when everything is."""
    seen = at - memory.began if memory.began is not None else 0.0
    return min(1.0, max(0.0, seen / tuning.learning))


def weight_of(named: Named, at: float, memory: Memory, lessons: Lessons) -> float:
    """How strongly an entity ties: rare ones fully, one that is everywhere not at all."""
    if named.key in lessons.never:
        return 0.0
    if named.key in lessons.always:
        return ALWAYS
    habit = memory.habits.get(entity_key(named))
    if habit is None or habit.hours_before(at) < ROUTINE_HOURS:
        return 1.0
    weight = 1 / (1 + habit.named_by / BUSY)
    return weight if weight >= LEAST_WEIGHT else 0.0


def weight_of_rule(rule: str, at: float, memory: Memory) -> float:
    """How strongly the same rule ties signals of different entities: only while it is rare."""
    habit = memory.habits.get(rule_key(rule))
    return SAME_RULE if habit is None or habit.hours_before(at) < ROUTINE_HOURS else 0.0
