# SPDX-License-Identifier: Apache-2.0
"""Why the members of a group belong together, and what would split it. Pure: what is said here, wording.py words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longwatch.grouping.model import MOST_TYING, Group, Member

MOST_NAMED = 3
MOST_HOLDING = 10


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say: its kind, what it is about, and how many."""

    kind: str
    about: str = ""
    count: int = 0
    of: int = 0


def reasons(group: Group) -> list[Reason]:
    """Why the members belong together, the strongest first."""
    members = list(group.members.values())
    ending = [_span(group), *([Reason("newest", count=len(members), of=group.size)] if group.older else [])]
    if group.rule is not None:
        return [Reason("rule", group.rule.name, group.size), *_shared_reasons(members), *ending]
    remarkable = Counter(each.why for each in members if each.evidence > 0)
    told = [Reason(why.value, count=count, of=len(members)) for why, count in remarkable.most_common()]
    return [*_shared_reasons(members), *told, *ending]


def _shared_reasons(members: Sequence[Member]) -> list[Reason]:
    named = Counter(label for member in members for label in dict.fromkeys(each.label for each in member.entities))
    same = [Reason("entity", label, count, len(members)) for label, count in named.most_common() if count > 1]
    rules = Counter(member.rule for member in members)
    repeated = [Reason("same_rule", rule, count, len(members)) for rule, count in rules.most_common(1) if count > 1]
    return [*same[:MOST_NAMED], *repeated]


def _span(group: Group) -> Reason:
    return Reason("span", count=round(group.last_at - group.first_at), of=group.count)


@dataclass(frozen=True, slots=True)
class Split:
    """Without an entity, the group would fall into so many parts, or into groups of these sizes."""

    key: str
    label: str
    sizes: tuple[int, ...]


def splits(group: Group) -> list[Split]:
    """Which entities hold a group together: without each of these alone it would fall apart."""
    members = list(group.members.values())
    labels = {each.key: each.label for member in members for each in member.entities[:MOST_TYING]}
    named = Counter(key for member in members for key in {each.key for each in member.entities[:MOST_TYING]})
    # What only one of them names holds nothing together.
    holding = [key for key, count in named.most_common(MOST_HOLDING) if count > 1]
    places = _places(members)
    found = [Split(key, labels[key], tuple(map(len, _parts(places, len(members), key)))) for key in holding]
    return sorted((each for each in found if len(each.sizes) > 1), key=lambda each: (-len(each.sizes), each.label))


def parts_without(members: Sequence[Member], key: str) -> tuple[int, ...]:
    """The sizes of the parts into which members fall when an entity ties nothing, the largest first."""
    return tuple(len(each) for each in parts_of(members, key))


def parts_of(members: Sequence[Member], key: str) -> list[list[int]]:
    """The parts into which members fall when an entity ties nothing, by their places, the largest first."""
    return _parts(_places(members), len(members), key)


def _parts(places: Mapping[str, Sequence[int]], size: int, without: str) -> list[list[int]]:
    parent = list(range(size))

    def root(of: int) -> int:
        while parent[of] != of:
            parent[of] = parent[parent[of]]
            of = parent[of]
        return of

    for tie, positions in places.items():
        for other in positions[1:] if tie != f"e:{without}" else ():
            parent[root(other)] = root(positions[0])
    parts: dict[int, list[int]] = {}
    for place in range(size):
        parts.setdefault(root(place), []).append(place)
    return sorted(parts.values(), key=lambda part: (-len(part), part[0]))


def _places(members: Sequence[Member]) -> dict[str, list[int]]:
    """For each thing that may tie, the positions of the members that have it."""
    found: dict[str, list[int]] = {}
    for position, member in enumerate(members):
        for tie in (*(f"e:{each.key}" for each in member.entities[:MOST_TYING]), f"r:{member.rule}"):
            found.setdefault(tie, []).append(position)
    return found
