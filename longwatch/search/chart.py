# SPDX-License-Identifier: Apache-2.0
"""Sightings over time as a small chart: bars by hour, day, week, month or year. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from longwatch.records.models import RecordKind

WIDTH, GAP, HEIGHT = 10, 2, 48
FEWEST_BARS, MOST_BARS = 23, 60
_SPANS = {
    "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30),
    "year": timedelta(days=365),
}  # fmt: skip
_KINDS = (str(RecordKind.SIGNAL), str(RecordKind.INCIDENT), str(RecordKind.CASE))


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar: how many of a kind, and where it stands."""

    kind: str
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time and what was seen in it."""

    start: datetime
    counts: Sequence[tuple[str, int]]
    pieces: Sequence[Piece]

    @property
    def total(self) -> int:
        """How many records altogether."""
        return sum(count for _kind, count in self.counts)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars up to now, from the first sighting or earlier; `cut`: older ones are left out, being too many."""

    unit: str
    bars: Sequence[Bar]
    total: int
    highest: int
    cut: bool

    @property
    def seen(self) -> Sequence[Bar]:
        """The stretches in which anything was seen."""
        return [bar for bar in self.bars if bar.total]

    @property
    def peak(self) -> Bar:
        """The stretch with most."""
        return max(self.bars, key=lambda bar: bar.total)

    @property
    def width(self) -> int:
        """Of the drawing."""
        return len(self.bars) * (WIDTH + GAP)

    @property
    def height(self) -> int:
        """Of the drawing."""
        return HEIGHT


def chart(seen: Sequence[tuple[str, datetime]], *, now: datetime, zone: tzinfo, most: int) -> Chart | None:
    """The chart of moments by kind of record, in the reader's time zone; nothing when there are none."""
    if not seen:
        return None
    # Where not everything is known, only the time of which all is.
    full = [
        min(at for kind, at in seen if kind == each) for each, n in Counter(k for k, _at in seen).items() if n >= most
    ]
    since = max(full, default=None)
    kept = [(kind, at.astimezone(zone)) for kind, at in seen if since is None or at >= since]
    first, last = min(at for _kind, at in kept), max(now.astimezone(zone), max(at for _kind, at in kept))
    unit, start_of = _unit(first, last)
    counted = Counter((kind, start_of(at)) for kind, at in kept)
    # A few bars would be walls: the time before the first sighting is drawn too.
    starts = _starts(unit, start_of(min(first, last - FEWEST_BARS * _SPANS[unit])), last)
    highest = max(sum(counted[kind, start] for kind in _KINDS) for start in starts)
    bars = [_bar(start, place, counted, highest) for place, start in enumerate(starts)]
    return Chart(unit, bars, len(kept), highest, bool(full))


def _bar(start: datetime, place: int, counted: Counter[tuple[str, datetime]], highest: int) -> Bar:
    pieces, floor = [], HEIGHT
    for kind in _KINDS:
        count = counted[kind, start]
        if count:
            height = max(1, round(HEIGHT * count / highest))
            floor = max(0, floor - height)
            pieces.append(Piece(kind, count, place * (WIDTH + GAP), floor, height))
    return Bar(start, [(kind, counted[kind, start]) for kind in _KINDS], pieces)


def _unit(first: datetime, last: datetime) -> tuple[str, Callable[[datetime], datetime]]:
    span = last - first
    if span <= timedelta(hours=47):
        return "hour", lambda at: at.replace(minute=0, second=0, microsecond=0, fold=0)
    if span <= timedelta(days=45):
        return "day", _midnight
    if span <= timedelta(days=350):
        return "week", lambda at: _midnight(at - timedelta(days=at.weekday()))
    if span <= timedelta(days=1700):
        return "month", lambda at: _midnight(at.replace(day=1))
    return "year", lambda at: _midnight(at.replace(month=1, day=1))


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _starts(unit: str, start: datetime, last: datetime) -> list[datetime]:
    found: list[datetime] = []
    while start <= last and len(found) < 10 * MOST_BARS:
        found.append(start)
        start = _next(unit, start)
    return found


def _next(unit: str, start: datetime) -> datetime:
    """Wall-clock time goes on by one, also over a change of the clocks."""
    if unit in ("month", "year"):
        day = date(start.year + (unit == "year" or start.month == 12), 1 if unit == "year" else start.month % 12 + 1, 1)
        return datetime(day.year, day.month, day.day, tzinfo=start.tzinfo)
    return start + _SPANS[unit]
