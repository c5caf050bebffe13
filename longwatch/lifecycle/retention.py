# SPDX-License-Identifier: Apache-2.0
"""Retention classes: the shipped file, with what the organisation changed."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "retention.toml"
MOST_YEARS = 100
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """How long one sort of record is kept, and what becomes of it."""

    code: str
    name: str
    kind: str
    sorts: tuple[str, ...]
    outcome: str
    why: str
    years: int = 0
    # Instead of years.
    days: int = 0
    changed: bool = False

    def fits(self, kind: str, sort: str) -> bool:
        """Whether a record of a kind, with a case type or incident category, belongs here."""
        return kind == self.kind and (not self.sorts or any(sort.startswith(each) for each in self.sorts))

    def due_on(self, closed_at: datetime) -> date:
        """The day on which a record that closed then is due."""
        closed = closed_at.date()
        if self.days:
            return closed + timedelta(days=self.days)
        try:
            return closed.replace(year=closed.year + self.years)
        except ValueError:  # The 29th of February.
            return closed.replace(year=closed.year + self.years, day=28) + timedelta(days=1)

    def last_due(self, day: date) -> date:
        """The last day on which a record may have closed that is due by that day."""
        if self.days:
            return day - timedelta(days=self.days)
        try:
            return day.replace(year=day.year - self.years)
        except ValueError:  # The 29th of February.
            return day.replace(year=day.year - self.years, day=28)


@cache
def shipped() -> tuple[RetentionClass, ...]:
    """The classes of data/retention.toml, in its order."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["class"]
    return tuple(RetentionClass(**{**each, "sorts": tuple(each["sorts"])}) for each in listed)


def classes(changed: Mapping[str, tuple[int, int, str]]) -> tuple[RetentionClass, ...]:
    """The classes with the times and outcomes that an organisation changed."""
    return tuple(_changed(each, changed[each.code]) if each.code in changed else each for each in shipped())


def _changed(each: RetentionClass, said: tuple[int, int, str]) -> RetentionClass:
    years, days, outcome = said
    return replace(each, years=years, days=days, outcome=outcome, changed=True)


def class_of(known: Iterable[RetentionClass], kind: str, sort: str) -> RetentionClass | None:
    """The first class that fits a record."""
    return next((each for each in known if each.fits(kind, sort)), None)


def of_signals(known: Iterable[RetentionClass]) -> RetentionClass:
    """The class of signals that never joined a record."""
    return next(each for each in known if each.kind == "signal")
