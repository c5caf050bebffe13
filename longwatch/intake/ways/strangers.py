# SPDX-License-Identifier: Apache-2.0
"""How often one peer may fail to show who it is before it is told to wait. Whoever shows it is never counted, and never
refused for what others behind the same address did."""

import math
import time
from collections import OrderedDict

from longwatch.core.environment import PROXIES, current
from longwatch.core.errors import TooMany
from longwatch.intake.fast.answers import Scope
from longwatch.intake.fast.limits import Bucket

# At one address of ours, and at all together.
AT_ONE = (60, 1.0)
AT_ALL = (500, 10.0)
MOST_KNOWN = 10_000
LONGEST_PATH = 80


class Strangers:
    """The failures of each peer; those that failed longest ago are forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def refuse(self, scope: Scope) -> None:
        """Refuse (429) a peer that failed too often lately, and say when to come again."""
        now = time.monotonic()
        for key, (burst, rate) in _keys(scope):
            bucket = self._buckets.get(key)
            wait = bucket.wait(rate, burst, now) if bucket is not None else 0.0
            if wait > 0:
                sentence = "Too many requests from there did not show who sends them."
                raise TooMany(sentence, retry_after=max(1, math.ceil(wait)), code="too_many_failures")

    def failed(self, scope: Scope) -> None:
        """Count a request that did not show who sends it; refuses (429) a peer of which there were too many lately."""
        self.refuse(scope)
        now = time.monotonic()
        for key, (burst, rate) in _keys(scope):
            bucket = self._buckets.setdefault(key, Bucket(burst, now))
            self._buckets.move_to_end(key)
            bucket.take(1, rate, burst, now)
        while len(self._buckets) > MOST_KNOWN:
            self._buckets.popitem(last=False)


def _keys(scope: Scope) -> tuple[tuple[tuple[str, str], tuple[int, float]], ...]:
    peer = peer_of(scope)
    return ((peer, scope["path"][:LONGEST_PATH]), AT_ONE), ((peer, ""), AT_ALL)


def peer_of(scope: Scope) -> str:
    """Who connects; behind a proxy of ours, whom it says it speaks for."""
    client = scope.get("client") or ("", 0)
    if not current().flag(PROXIES):
        return str(client[0])
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return said[-1].rpartition(b",")[2].strip().decode("latin-1")[:60] if said else str(client[0])
