# SPDX-License-Identifier: Apache-2.0
"""How far the engine that enriches and groups is behind, at steady rates of mixed alerts from one source."""

import argparse
import secrets
import threading
import time
from collections.abc import Sequence
from typing import Any

from bench.alerts import bodies
from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.load import drive, percentile, post
from bench.machine import Meter
from bench.people import Town

LAG_SECONDS = 2.0
RATES = (100, 200, 400, 800)
SECONDS, QUICK_SECONDS = 20.0, 3.0
BATCH_SECONDS, LOOK_SECONDS = 0.1, 0.2
CONNECTIONS = 8
MOST_SECONDS, MOST_SECONDS_BEFORE = 300.0, 1200.0
# The age of the oldest alert that the engine is not done with, in seconds.
OLDEST = """
select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8
  from (select at from intake_unsettled union all select at from intake_settling) w
"""


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """A figure a rate; the next one begins when nothing waits any more."""
    seconds = QUICK_SECONDS if options.quick else SECONDS
    with installation.administrator() as look:
        # What earlier parts left is not ours.
        _drained(look, MOST_SECONDS_BEFORE)
        return [_at(installation, town, look, rate, seconds) for rate in RATES]


def _at(installation: Installation, town: Town, look: Any, rate: int, seconds: float) -> Figure:
    ages: list[float] = []
    requests = [
        post(HOST, "/api/v1/signals", town.token, body, "application/json")
        for body in bodies(round(rate * seconds), repeats=0.2, mark=secrets.token_hex(4))
    ]
    sender = _Sender(installation.port, requests, rate)
    with Meter(installation.roots) as meter:
        sender.start()
        while sender.is_alive():
            ages.append(_oldest(look))
            time.sleep(LOOK_SECONDS)
    worst, usual = max(ages), percentile(sorted(ages), 0.95)
    drained = _drained(look)
    cpu = meter.per(len(requests))
    return Figure(
        f"enriching and grouping, {rate:,} alerts a second for {seconds:g} s", f"<= {LAG_SECONDS:g} s",
        f"sent {len(requests) / sender.seconds:,.0f}/s; the oldest that waited p95 {usual:.2f} s, worst {worst:.2f} s; "
        f"nothing waited {drained:.1f} s after the last; all of Longwatch {cpu['app_cpu_ms']:.2f} + PostgreSQL "
        f"{cpu['pg_cpu_ms']:.2f} ms CPU an alert",
        worst <= LAG_SECONDS, meter.surroundings(),
    )  # fmt: skip


class _Sender(threading.Thread):
    """Sends at a rate, as far as the answers come in time."""

    def __init__(self, port: int, requests: Sequence[bytes], rate: int) -> None:
        super().__init__(daemon=True)
        self._port, self._requests, self._each = port, requests, max(1, round(rate * BATCH_SECONDS))
        self.seconds = 0.0

    def run(self) -> None:
        began = time.perf_counter()
        for number, first in enumerate(range(0, len(self._requests), self._each), 1):
            outcome = drive(HOST, self._port, self._requests[first : first + self._each], CONNECTIONS)
            if outcome.bad:
                raise RuntimeError(f"Alerts were refused: {outcome.bad[0]}")
            time.sleep(max(0.0, began + number * BATCH_SECONDS - time.perf_counter()))
        self.seconds = time.perf_counter() - began


def _oldest(look: Any) -> float:
    return float(look.execute(OLDEST).fetchone()[0])


def _drained(look: Any, most: float = MOST_SECONDS) -> float:
    """Seconds until nothing waits any more, or as long as anybody waits for that."""
    began = time.perf_counter()
    while _oldest(look) and time.perf_counter() - began < most:
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - began
