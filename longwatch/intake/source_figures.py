# SPDX-License-Identifier: Apache-2.0
"""What becomes of what a source sends: how much, how much of it is noise, how long judging takes, which rules are idle.

The worker counts (jobs.py); pages read what it counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

DAYS = 30
# A rule that came so often and never led to anything deserves a look.
FIRED = 20


@dataclass(frozen=True, slots=True)
class Day:
    """The alerts that first came on a day (UTC), and what became of them since."""

    source_id: UUID
    day: date
    signals: int
    arrivals: int
    dismissed: int
    led: int
    judged: int
    judge_mean: float | None
    judge_p90: float | None
    acknowledged: int
    acknowledge_mean: float | None
    acknowledge_p90: float | None


@dataclass(frozen=True, slots=True)
class IdleRule:
    """A rule that fired and never led to an incident or a case."""

    source_id: UUID
    rule: str
    signals: int
    arrivals: int
    dismissed: int
    led: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """A source in thirty days."""

    days: Sequence[Day]
    idle: Sequence[IdleRule]

    @property
    def signals(self) -> int:
        """How many alerts came."""
        return sum(day.signals for day in self.days)

    @property
    def arrivals(self) -> int:
        """How often they came, repetitions included."""
        return sum(day.arrivals for day in self.days)

    @property
    def noise(self) -> int | None:
        """How many in a hundred of those that were judged were dismissed; None when none was judged."""
        judged = sum(day.dismissed + day.led for day in self.days)
        return round(100 * sum(day.dismissed for day in self.days) / judged) if judged else None

    @property
    def judge_mean(self) -> timedelta | None:
        """How long it took until somebody judged, on average."""
        return _mean([(day.judged, day.judge_mean) for day in self.days])

    @property
    def judge_p90(self) -> timedelta | None:
        """Nine of ten were judged within; of the days together the longest."""
        return _longest(day.judge_p90 for day in self.days)

    @property
    def acknowledge_mean(self) -> timedelta | None:
        """How long it took until somebody had it in hand, on average."""
        return _mean([(day.acknowledged, day.acknowledge_mean) for day in self.days])

    @property
    def acknowledge_p90(self) -> timedelta | None:
        """Nine of ten were in somebody's hand within; of the days together the longest."""
        return _longest(day.acknowledge_p90 for day in self.days)


def figures(source_id: UUID) -> Figures:
    """What the worker counted last; nothing for whoever does not manage sources."""
    with connection.cursor() as cursor:
        cursor.execute("select * from intake_source_figures(%s)", [source_id])
        days = [Day(*row) for row in cursor.fetchall()]
        cursor.execute("select * from intake_useless_rules(%s, %s)", [source_id, FIRED])
        return Figures(days, [IdleRule(*row) for row in cursor.fetchall()])


def count(days: int) -> int:
    """Count the last days anew; returns how many days of sources were written."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_count_figures(%s)", [days])
        return int(cursor.fetchone()[0])


def count_rules() -> int:
    """Count what rules led to anew; returns how many rules there are."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_count_rules()")
        return int(cursor.fetchone()[0])


def _mean(parts: Sequence[tuple[int, float | None]]) -> timedelta | None:
    known = [(count, mean) for count, mean in parts if count and mean is not None]
    total = sum(count for count, _mean in known)
    return timedelta(seconds=sum(count * mean for count, mean in known) / total) if total else None


def _longest(parts: Iterable[float | None]) -> timedelta | None:
    known = [part for part in parts if part is not None]
    return timedelta(seconds=max(known)) if known else None
