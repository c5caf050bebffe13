# SPDX-License-Identifier: Apache-2.0
"""What is usual: in how many hours something was seen, and how often at most. Pure, and small enough to keep for ever.

A habit is kept of each rule, of each entity, and of each pair of both, a compartment. What happened long ago fades.
"""

from dataclasses import dataclass

HOUR = 3600
HALF_LIFE_HOURS = 7 * 24.0
# Seen in this many hours before, it is routine.
ROUTINE_HOURS = 3.0
# So many in one hour, and so many times the most of any hour before, are no routine any more.
LEAST_BURST = 20
# Less than this is nothing, and could not be stored as a number of four bytes in the end.
FORGOTTEN = 1e-30
BURST_FACTOR = 4.0


@dataclass(slots=True)
class Habit:
    """How something was until now."""

    # In how many hours before the present one it was seen; long ago counts less.
    hours: float = 0.0
    hour: int = -1
    # In the present hour, and the most in any before.
    count: int = 0
    peak: float = 0.0
    # With how many different things it came, where it is an entity or a rule.
    named_by: float = 0.0

    @property
    def is_new(self) -> bool:
        """Whether it was never seen."""
        return self.hour < 0

    def hours_before(self, at: float) -> float:
        """In how many hours before the one of `at` it was seen."""
        if self.is_new or (gap := _hour(at) - self.hour) <= 0:
            return self.hours
        return _faded(self.hours + 1, gap)

    def novelty(self, at: float) -> float:
        """From 1, never seen, towards 0, seen again and again."""
        return 1 / (1 + self.hours_before(at))

    def bursts(self, at: float, count: int) -> bool:
        """Whether `count` more make this hour one as there was none before."""
        if self.is_new:
            return count >= LEAST_BURST
        gap = _hour(at) - self.hour
        now, peak = (self.count, self.peak) if gap <= 0 else (0, _faded(max(self.peak, self.count), gap))
        return now + count >= max(LEAST_BURST, BURST_FACTOR * peak)

    def note(self, at: float, count: int) -> None:
        """Count what came; what comes late counts as of the present hour."""
        gap = _hour(at) - self.hour
        if self.is_new:
            self.hour = _hour(at)
        elif gap > 0:
            self.hours, self.named_by = _faded(self.hours + 1, gap), _faded(self.named_by, gap)
            self.peak, self.count, self.hour = _faded(max(self.peak, self.count), gap), 0, _hour(at)
        self.count += count


def _hour(at: float) -> int:
    return int(at // HOUR)


def _faded(value: float, hours: int) -> float:
    """What is left of it; nothing in the end, rather than numbers too small to be stored."""
    left = value * 0.5 ** (hours / HALF_LIFE_HOURS)
    return left if left > FORGOTTEN else 0.0
