# SPDX-License-Identifier: Apache-2.0
"""AIT-ADS: the alerts of three sensors over three attacks among days of noise, and how well groups of them do.

A group counts as true when more than half of its alerts lie in an attack phase. Nothing of the answers is shown to
what groups: not the labels, and neither the order of the file, which is not that of time.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from longwatch.grouping.joining import Joiner
from longwatch.grouping.model import Group, Item, Named, Tuning

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "alerts" / "ait_ads"
NOISE = "false_positive"
LOW = 1
QUARTER = 900
# All or nearly all of what lies in these is what happens on every day, by the dataset's own names of the alerts.
NOT_FINDABLE = frozenset({
    ("russellmitchell", "network_scans"), ("russellmitchell", "dnsteal"), ("santos", "network_scans"),
    ("santos", "dnsteal"), ("shaw", "dnsteal"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One alert of the dataset; the labels are for the scoring alone."""

    at: float
    rule: str
    host: str
    address: str
    phase: str
    event: str

    @property
    def item(self) -> Item:
        """As it arrives: one signal a rule and host, its entities the host and its address."""
        entities = (Named(f"host:{self.host}", self.host), Named(f"ip:{self.address}", self.address))
        return Item((self.rule, self.host), self.at, self.rule, entities, LOW)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the three attacks: the alerts in order of time, and when each phase began and ended."""

    name: str
    rows: Sequence[Row]
    phases: Sequence[tuple[str, float, float, int]]


@dataclass(slots=True)
class Shown:
    """A group that somebody has to open: what lies in it, and since when it was to be seen."""

    since: float
    rows: list[Row] = field(default_factory=list)

    @property
    def attack(self) -> int:
        """How many of its alerts lie in a phase."""
        return sum(row.phase != NOISE for row in self.rows)

    @property
    def is_true(self) -> bool:
        """Whether most of it lies in a phase."""
        return self.attack * 2 > len(self.rows)

    @property
    def is_true_by_event(self) -> bool:
        """Whether most of it belongs to the attack by the label of each alert, which also knows what lies outside."""
        return sum(row.phase != NOISE or row.event != "-" for row in self.rows) * 2 > len(self.rows)


@dataclass(frozen=True, slots=True)
class Score:
    """How well one way to group does on some scenarios."""

    groups: Mapping[str, int]
    alerts: int
    true_groups: int
    true_by_event: int
    phases: int
    found: frozenset[tuple[str, str]]
    phase_alerts: int
    found_alerts: int
    clean_alerts: int
    seconds_to_first: Mapping[tuple[str, str], float]

    @property
    def precision(self) -> float:
        """The part of the groups that are true."""
        return self.true_groups / max(1, sum(self.groups.values()))

    @property
    def recall(self) -> float:
        """The part of the phases of which a true group tells."""
        return len(self.found) / self.phases

    @property
    def f1(self) -> float:
        """Both in one."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def scenarios() -> list[Scenario]:
    """The three scenarios of the dataset."""
    answers = json.loads((DATA / "EXPECTED_phases.json").read_text())
    return [
        Scenario(name.partition("_alerts")[0], _rows(DATA / name), [tuple(phase) for phase in each["phases"]])
        for name, each in sorted(answers.items())
    ]


def _rows(file: Path) -> list[Row]:
    text = io.StringIO(gzip.decompress(file.read_bytes()).decode())
    rows = [
        Row(float(r["time"]), r["short"], r["host"], r["ip"], r["time_label"], r["event_label"])
        for r in csv.DictReader(text)
    ]
    return sorted(rows, key=lambda row: row.at)


Way = Callable[[Scenario], list[Shown]]


def by_joining(tuning: Tuning | None = None) -> Way:
    """Ours: the default without rules."""

    def group(scenario: Scenario) -> list[Shown]:
        joiner = Joiner(tuning=tuning)
        rows: dict[int, list[Row]] = {}
        kept: dict[int, Group] = {}
        for row in scenario.rows:
            if (found := joiner.take(row.item)) is not None:
                rows.setdefault(id(found), []).append(row)
                kept[id(found)] = found
        return [Shown(g.shown_at, rows[key]) for key, g in kept.items() if g.shown_at is not None]

    return group


def by_quarter_hour(scenario: Scenario) -> list[Shown]:
    """What is simplest: everything of one host in a quarter of an hour."""
    return _each(scenario.rows, lambda row: (row.host, row.at // QUARTER))


def by_key(scenario: Scenario) -> list[Shown]:
    """Deduplication alone: each signal is opened."""
    return _each(scenario.rows, lambda row: (row.rule, row.host))


def _each(rows: Iterable[Row], key: Callable[[Row], object]) -> list[Shown]:
    found: dict[object, Shown] = {}
    for row in rows:
        found.setdefault(key(row), Shown(row.at)).rows.append(row)
    return list(found.values())


def score(way: Way, of: Sequence[Scenario]) -> Score:
    """How well a way to group does."""
    shown = {each.name: way(each) for each in of}
    good = {name: [group for group in groups if group.is_true] for name, groups in shown.items()}
    first = {key: at for each in of for key, at in _first(each, good[each.name]).items()}
    return Score(
        groups={name: len(groups) for name, groups in shown.items()},
        alerts=sum(len(each.rows) for each in of),
        true_groups=sum(map(len, good.values())),
        true_by_event=sum(group.is_true_by_event for groups in shown.values() for group in groups),
        phases=sum(len(each.phases) for each in of),
        found=frozenset(first),
        phase_alerts=sum(count for each in of for *_, count in each.phases),
        found_alerts=sum(group.attack for groups in good.values() for group in groups),
        clean_alerts=sum(len(group.rows) for groups in good.values() for group in groups),
        seconds_to_first=first,
    )


def _first(scenario: Scenario, groups: Sequence[Shown]) -> dict[tuple[str, str], float]:
    """For each phase of which a true group tells, the seconds from its first alert until that could be seen."""
    began = {name: first for name, first, *_ in scenario.phases}
    found: dict[tuple[str, str], float] = {}
    for group in groups:
        for row in group.rows:
            if row.phase != NOISE:
                key = (scenario.name, row.phase)
                after = max(row.at, group.since) - began[row.phase]
                found[key] = min(found.get(key, after), after)
    return found


def told(result: Score) -> str:
    """A score in one line."""
    firsts = sorted(result.seconds_to_first.values())
    findable = result.phases - len(NOT_FINDABLE)
    late = f"first after {median(firsts):.0f} s (median), {firsts[-1]:.0f} s at most" if firsts else "nothing found"
    return (
        f"{sum(result.groups.values()):,} groups ({', '.join(f'{n} {c:,}' for n, c in result.groups.items())}), "
        f"precision {result.precision:.2f} ({result.true_by_event} of them by the label of each alert), "
        f"phases {len(result.found)} of {result.phases} ({len(result.found - NOT_FINDABLE)} of {findable} findable), "
        f"F1 {result.f1:.2f}, alerts {result.found_alerts:,} of {result.phase_alerts:,}, "
        f"purity {result.found_alerts / max(1, result.clean_alerts):.2f}, {late}"
    )
