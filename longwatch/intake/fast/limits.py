# SPDX-License-Identifier: Apache-2.0
"""Rate limits of sources: token buckets in this process, which is right while one process answers."""

import math
import time
from uuid import UUID

from longwatch.core.errors import TooMany
from longwatch.intake.arrival import SourceFacts


class Bucket:
    """Allows a burst, then a steady rate; a large request may go into debt, so that it is possible at all."""

    __slots__ = ("_at", "_left")

    def __init__(self, burst: int, now: float) -> None:
        self._left = float(burst)
        self._at = now

    def take(self, amount: int, rate: float, burst: int, now: float) -> float:
        """Take, and return 0; or take nothing and return how many seconds to wait."""
        self._left = min(float(burst), self._left + (now - self._at) * rate)
        self._at = now
        if self._left <= 0 or (self._left < 1 and amount >= 1):
            return (1 - self._left) / rate
        self._left -= amount
        return 0.0

    def wait(self, rate: float, burst: int, now: float) -> float:
        """How many seconds until one can be taken; takes nothing."""
        left = min(float(burst), self._left + (now - self._at) * rate)
        return 0.0 if left >= 1 else (1 - left) / rate


class Limits:
    """The bucket of each source."""

    def __init__(self) -> None:
        self._buckets: dict[UUID, Bucket] = {}

    def take(self, source: SourceFacts, amount: int) -> None:
        """Count arrivals against the source's rate; refuses (429) and says when to come again."""
        now = time.monotonic()
        bucket = self._buckets.get(source.id)
        if bucket is None:
            bucket = self._buckets[source.id] = Bucket(source.burst, now)
        wait = bucket.take(amount, max(source.rate_per_second, 0.001), source.burst, now)
        if wait > 0:
            sentence = f"The source {source.slug} sends faster than its limit of {source.rate_per_second} a second."
            raise TooMany(sentence, retry_after=max(1, math.ceil(wait)), code="rate_limited")
