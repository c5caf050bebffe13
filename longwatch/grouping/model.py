# SPDX-License-Identifier: Apache-2.0
"""What the joining works with: what arrives, groups and their members, what people taught. Pure."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from longwatch.grouping.habits import Habit


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that a signal names: its identity, and how people read it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """What arrived of one signal since it was looked at last."""

    signal: Hashable
    at: float
    rule: str
    entities: tuple[Named, ...]
    severity: int
    count: int = 1
    # What rules ask about (matching.py).
    said: Any = None


class Mode(StrEnum):
    """What becomes of a group that reached its rule's threshold."""

    SUGGEST = "suggest"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A grouping rule made ready."""

    id: UUID
    name: str
    # The key of the group an arrival belongs into; nothing where the rule is not about it.
    key_of: Callable[[Item], str | None]
    window: float
    lifetime: float
    # So many signals make a group worth looking at.
    threshold: int
    mode: Mode = Mode.SUGGEST


@dataclass(frozen=True, slots=True)
class Lessons:
    """What people taught: entities that never hold a group together, and such that always do."""

    never: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tuning:
    """How far apart, how strong, how much; measured on AIT-ADS (docs/performance.md)."""

    window: float = 30 * 60.0
    lifetime: float = 4 * 3600.0
    # What is less remarkable than this glues nothing and is not glued.
    least_evidence: float = 0.3
    # Two that share less than this stay apart.
    least_tie: float = 0.25
    # What a group must be worth before anybody is shown it: four new low signals of different rules, two medium ones.
    least_worth: float = 4.0
    # What is new says nothing before so much of the compartment's life was seen.
    learning: float = 24 * 3600.0


class Why(StrEnum):
    """Why an arrival was taken to be remarkable."""

    SEVERE = "severe"
    NEW = "new"
    RARE = "rare"
    BURST = "burst"
    TAUGHT = "taught"
    RULE = "rule"


@dataclass(slots=True)
class Member:
    """A signal in a group: from when to when, how often, and what was remarkable about it."""

    signal: Hashable
    rule: str
    entities: tuple[Named, ...]
    severity: int
    first_at: float
    last_at: float
    count: int
    evidence: float
    why: Why


# More entities of one signal than this tie nothing: that is a list of indicators, not a trace.
MOST_TYING = 8
# A group that names more than these ties by those it has.
MOST_KEYS = 2000


@dataclass(slots=True)
class Group:
    """Signals that belong together."""

    key: str
    first_at: float
    last_at: float
    rule: RuleSpec | None = None
    members: dict[Hashable, Member] = field(default_factory=dict)
    # Since when it is worth looking at; None: not yet.
    shown_at: float | None = None
    # Of one that is in the database already.
    id: UUID | None = None
    # What its members name, the first few of each, and their rules.
    keys: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    # Of a large one, the newest members are at hand; of the others, how many, how many arrivals, and how grave.
    older: int = 0
    older_count: int = 0
    older_severity: int = 0

    @property
    def severity(self) -> int:
        """The highest of its members."""
        return max((self.older_severity, *(each.severity for each in self.members.values())))

    @property
    def size(self) -> int:
        """How many signals."""
        return len(self.members) + self.older

    @property
    def count(self) -> int:
        """How many arrivals."""
        return sum(each.count for each in self.members.values()) + self.older_count

    def recall(self, member: Member) -> None:
        """Have one of the older members at hand again."""
        if member.signal not in self.members:
            self.members[member.signal] = member
            self.older, self.older_count = max(0, self.older - 1), max(0, self.older_count - member.count)

    def learn(self, member: Member) -> None:
        """Note what a member names, as long as that is not endless."""
        self.rules.add(member.rule)
        if len(self.keys) < MOST_KEYS:
            self.keys.update(each.key for each in member.entities[:MOST_TYING])


@dataclass(slots=True)
class Memory:
    """What a compartment is used to: the habits of rules, entities and pairs of both, and since when it was watched."""

    habits: dict[str, Habit] = field(default_factory=dict)
    began: float | None = None

    def of(self, key: str) -> Habit:
        """The habit of a key, begun when there is none."""
        return self.habits.setdefault(key, Habit())


def rule_key(rule: str) -> str:
    """Under which a rule's habit is kept."""
    return f"r:{rule}"


def entity_key(named: Named) -> str:
    """Under which an entity's habit is kept."""
    return f"e:{named.key}"


def pair_keys(item: Item) -> list[str]:
    """Under which it is kept how usual this rule is with each of these entities."""
    return [f"p:{item.rule}|{each.key}" for each in item.entities] or [f"p:{item.rule}|"]


def keys_of(item: Item) -> list[str]:
    """All habits that an item asks for and changes."""
    return [rule_key(item.rule), *map(entity_key, item.entities), *pair_keys(item)]
