# SPDX-License-Identifier: Apache-2.0
"""Which arrivals belong together. Pure: no database, no clock; what arrives must come roughly in order of time.

An arrival goes to the group of the first rule of the organisation that is about it. Without one, it is asked how
remarkable it is: severe, new here, or more of it than ever. What is not stays alone, so that the noise of every day
glues nothing. What is joins the open group with which it shares most, near in time, where a rare entity counts much
and a common one little; or it begins a group of its own, which nobody is shown before there is enough in it.
"""

from collections.abc import Hashable, Iterable, Sequence
from math import inf
from uuid import UUID

from longwatch.grouping.model import (
    MOST_TYING,
    Group,
    Item,
    Lessons,
    Member,
    Memory,
    Named,
    RuleSpec,
    Tuning,
    Why,
    entity_key,
    keys_of,
    pair_keys,
    rule_key,
)
from longwatch.grouping.weighing import WORTH_BY_SEVERITY, Evidence, evidence, weight_of, weight_of_rule

# So many groups of a compartment take signals at a time; of those that nobody was shown, the longest silent end first.
MOST_OPEN = 400
# What further shared entities add to the strongest: a host and its address say nearly the same.
FURTHER = 0.25
# What further signals of one rule add to the most remarkable.
REPEATED = 0.25


class Joiner:
    """Joins what arrives in one compartment. Changes the memory and the groups it was given."""

    def __init__(
        self,
        memory: Memory | None = None,
        groups: Iterable[Group] = (),
        rules: Sequence[RuleSpec] = (),
        lessons: Lessons | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self.memory = memory or Memory()
        self.groups = list(groups)
        self.ended: list[Group] = []
        self._rules = rules
        self._lessons = lessons or Lessons()
        self._tuning = tuning or Tuning()
        # Groups by the keys of their rules, and by the signals in those without one; when the first may be over.
        self._of_rules: dict[tuple[UUID, str], Group] = {}
        self._with: dict[Hashable, Group] = {}
        self._soonest = inf
        for each in self.groups:
            self._note(each)

    def take(self, item: Item) -> Group | None:
        """The group an arrival belongs to now, if any; counts it among what is usual."""
        if self.memory.began is None:
            self.memory.began = item.at
        self._end(item.at)
        group = self._by_rule(item) or self._by_default(item)
        self._remember(item)
        if group is not None:
            self._show(group, item.at)
        return group

    def _by_rule(self, item: Item) -> Group | None:
        for rule in self._rules:
            if (key := rule.key_of(item)) is not None:
                group = self._of_rules.get((rule.id, key))
                return self._add(group or self._begin(item, key, rule), item, Evidence(1.0, Why.RULE))
        return None

    def _by_default(self, item: Item) -> Group | None:
        own = self._with.get(item.signal)
        if own is not None:
            return self._add(own, item, Evidence(0.0, Why.NEW))
        found = evidence(item, self.memory, self._lessons, self._tuning)
        if found.weight < self._tuning.least_evidence:
            return None
        group = self._nearest(item)
        return self._add(group or self._begin(item, f"{item.signal}@{item.at:.3f}", None), item, found)

    def _nearest(self, item: Item) -> Group | None:
        keys = {each.key for each in item.entities[:MOST_TYING]}
        near = [
            each
            for each in self.groups
            if each.rule is None and (item.rule in each.rules or not keys.isdisjoint(each.keys))
        ]
        ties = [(self._tie(item, each), each.last_at, each) for each in near]
        strong = [each for each in ties if each[0] >= self._tuning.least_tie]
        return max(strong, key=lambda each: each[:2])[2] if strong else None

    def _tie(self, item: Item, group: Group) -> float:
        """How strongly an arrival is tied to a group: what they share, less the further apart in time."""
        shared = self._shared(item, group)
        if any(each.key in self._lessons.always for each in shared):
            return 1.0
        apart = max(group.first_at - item.at, item.at - group.last_at, 0.0)
        near = max(0.0, 1 - apart / self._tuning.window)
        weights = sorted((weight_of(each, item.at, self.memory, self._lessons) for each in shared), reverse=True)
        tied = weights[0] + FURTHER * sum(weights[1:]) if weights else 0.0
        if item.rule in group.rules:
            tied += weight_of_rule(item.rule, item.at, self.memory)
        return tied * near

    @staticmethod
    def _shared(item: Item, group: Group) -> list[Named]:
        return [each for each in item.entities[:MOST_TYING] if each.key in group.keys]

    def _begin(self, item: Item, key: str, rule: RuleSpec | None) -> Group:
        group = Group(key, item.at, item.at, rule)
        self.groups.append(group)
        self._note(group)
        return group

    def _note(self, group: Group) -> None:
        """Have a group at hand by what it is looked up by."""
        if group.rule is not None:
            self._of_rules.setdefault((group.rule.id, group.key), group)
        else:
            self._with |= dict.fromkeys(group.members, group)
        self._soonest = min(self._soonest, self._over_at(group))

    def _add(self, group: Group, item: Item, found: Evidence) -> Group:
        group.first_at, group.last_at = min(group.first_at, item.at), max(group.last_at, item.at)
        self._soonest = min(self._soonest, self._over_at(group))
        if group.rule is None:
            self._with[item.signal] = group
        member = group.members.get(item.signal)
        if member is None:
            group.members[item.signal] = Member(
                item.signal, item.rule, item.entities, item.severity, item.at, item.at, item.count, found.weight,
                found.why,
            )  # fmt: skip
            group.learn(group.members[item.signal])
            return group
        member.first_at, member.last_at = min(member.first_at, item.at), max(member.last_at, item.at)
        member.count += item.count
        member.severity = max(member.severity, item.severity)
        return group

    def _end(self, at: float) -> None:
        """What is silent for a window, or older than a group may get, takes nothing more."""
        over = [each for each in self.groups if at > self._over_at(each)] if at > self._soonest else []
        if len(self.groups) - len(over) >= MOST_OPEN:
            gone = {id(each) for each in over}
            forming = [each for each in self.groups if each.shown_at is None and id(each) not in gone]
            over += sorted(forming, key=lambda each: each.last_at)[: len(self.groups) - len(over) - MOST_OPEN + 1]
        if over:
            gone = {id(each) for each in over}
            self.ended += over
            self.groups = [each for each in self.groups if id(each) not in gone]
            for each in over:
                self._drop(each)
            if at > self._soonest:
                self._soonest = min(map(self._over_at, self.groups), default=inf)

    def _drop(self, group: Group) -> None:
        """Have a group that ended at hand no more."""
        if group.rule is not None:
            self._of_rules.pop((group.rule.id, group.key), None)
        for signal in group.members:
            if self._with.get(signal) is group:
                del self._with[signal]

    def _over_at(self, group: Group) -> float:
        """After which moment a group takes nothing more, if nothing comes."""
        window = group.rule.window if group.rule else self._tuning.window
        lifetime = group.rule.lifetime if group.rule else self._tuning.lifetime
        return min(group.last_at + window, group.first_at + lifetime)

    def _remember(self, item: Item) -> None:
        fresh = any(self.memory.of(key).is_new for key in pair_keys(item))
        for key in keys_of(item):
            self.memory.of(key).note(item.at, item.count)
        if fresh:
            for key in (rule_key(item.rule), *map(entity_key, item.entities)):
                self.memory.of(key).named_by += 1

    def _show(self, group: Group, at: float) -> None:
        if group.shown_at is None and is_worth_showing(group, self._tuning):
            group.shown_at = at


def is_worth_showing(group: Group, tuning: Tuning) -> bool:
    """Whether there is enough in a group for somebody to look at it."""
    if group.rule is not None:
        return group.size >= group.rule.threshold
    return group.size > 1 and worth(group) >= tuning.least_worth


def worth(group: Group) -> float:
    """How much is remarkable in a group: of each rule its most remarkable signal, the others a little."""
    rules: dict[str, list[float]] = {}
    for each in group.members.values():
        rules.setdefault(each.rule, []).append(each.evidence * WORTH_BY_SEVERITY[each.severity])
    return sum(max(found) + REPEATED * (sum(found) - max(found)) for found in rules.values())
