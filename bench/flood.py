# SPDX-License-Identifier: Apache-2.0
"""One scanner sends a hundred thousand alerts at once: how long a critical alert of another source waits for the
engine meanwhile, how long the scanner's own do, and what the worker's memory does."""

import argparse
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.load import drive, percentile, post
from bench.machine import Meter, pss_of
from bench.people import Town
from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.intake.services.sources import create_source

LAG_SECONDS = 2.0
MEMORY_MB = 60
LINES = 1000
LOOK_SECONDS = 0.05
PAUSE_SECONDS = 1.0
# Longer than this nobody waits for the engine to be done with the flood.
MOST_SECONDS = 900.0
# What the engine has not taken yet, or is at work on.
WAITS = """
select (select count(*) from intake_unsettled where source_id = %(source)s)
     + (select count(*) from intake_settling where source_id = %(source)s)
"""
ONE_WAITS = """
select exists (select 1 from intake_unsettled where signal_id = %(id)s)
    or exists (select 1 from intake_settling where signal_id = %(id)s)
"""


@dataclass
class Watched:
    """Lags of the other source's critical alerts, and the worker's memory on the way."""

    lags: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """The figures of a flood, after those of the same source in peace."""
    count = 5_000 if options.quick else 100_000
    scanner, scanner_token = _source(town, "scanner")
    _sensor, other_token = _source(town, "sensor")
    with installation.administrator() as look:
        peace = _watch(installation, look, other_token, lambda: time.sleep(10))
        flood = _Flood(installation, scanner_token, count)
        with Meter(installation.roots) as meter:
            watched = _watch(installation, look, other_token, lambda: flood.last(scanner))
    return _figures(count, peace, watched, flood, meter)


def _figures(count: int, peace: Watched, watched: Watched, flood: "_Flood", meter: Meter) -> list[Figure]:
    worst, usual = max(watched.lags), percentile(sorted(watched.lags), 0.95)
    grown = max(watched.memory) - watched.memory[0]
    surroundings = meter.surroundings()
    over = flood.drained < MOST_SECONDS
    rest = f" and was grouped {flood.drained:.0f} s after its last was stored" if over else ", not grouped by the end"
    return [
        Figure(
            "grouping of a critical alert without load", f"<= {LAG_SECONDS:g} s",
            f"p95 {percentile(sorted(peace.lags), 0.95):.2f} s, worst {max(peace.lags):.2f} s of {len(peace.lags)}",
            max(peace.lags) <= LAG_SECONDS,
        ),
        Figure(
            f"the same while another source sends {count:,} alerts", f"<= {LAG_SECONDS:g} s",
            f"p95 {usual:.2f} s, worst {worst:.2f} s of {len(watched.lags)}; stored in {max(watched.answers):.2f} s",
            worst <= LAG_SECONDS, surroundings,
        ),
        Figure(
            "the flood itself", "", f"stored at {count / flood.seconds:,.0f}/s{rest}", None, surroundings,
        ),
        Figure(
            "memory of the worker while it lasts", f"grows <= {MEMORY_MB} MB",
            f"{watched.memory[0]:.0f} to {max(watched.memory):.0f} MB", grown <= MEMORY_MB,
        ),
    ]  # fmt: skip


class _Flood:
    """All alerts of the scanner, in bulk on two connections: each host of a network, found by a few rules."""

    def __init__(self, installation: Installation, token: str, count: int) -> None:
        self._installation, self._token, self._count = installation, token, count
        self.seconds = self.drained = 0.0

    def last(self, scanner: Any) -> None:
        """Send it, and wait until the engine is done with it."""
        self.send()
        with self._installation.administrator() as look:
            self.drained = _drained(look, scanner)

    def send(self) -> None:
        mark = secrets.token_hex(4)
        lines = (json.dumps(_finding(mark, number)).encode() for number in range(self._count))
        requests = [self._request(lines) for _ in range(self._count // LINES)]
        outcome = drive(HOST, self._installation.port, requests, 2)
        if outcome.bad:
            raise RuntimeError(f"The flood was refused: {outcome.bad[0]}")
        self.seconds = outcome.seconds

    def _request(self, lines: Iterator[bytes]) -> bytes:
        body = b"\n".join(next(lines) for _ in range(LINES))
        return post(HOST, "/api/v1/signals/bulk", self._token, body, "application/x-ndjson")


def _finding(mark: str, number: int) -> dict[str, Any]:
    host = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
    return {
        "title": f"Open port on {host}", "severity": "medium", "rule": f"open-port-{number % 40}",
        "dedup_key": f"{mark}-{number}", "description": "A port answers that the list of services does not name.",
        "entities": [{"kind": "ip", "value": host}, {"kind": "host", "value": "scanner-1"}],
    }  # fmt: skip


def _watch(installation: Installation, look: Any, token: str, meanwhile: Callable[[], None]) -> Watched:
    """Send a critical alert a second while something happens, and see when the engine is done with each."""
    watched, working = Watched(), threading.Thread(target=meanwhile, daemon=True)
    worker = installation.groups()["worker"]
    working.start()
    while working.is_alive() or len(watched.lags) < 3:
        began = time.perf_counter()
        identity = _send(installation, token)
        watched.answers.append(time.perf_counter() - began)
        stored = time.perf_counter()
        while look.execute(ONE_WAITS, {"id": identity}).fetchone()[0]:
            if time.perf_counter() - stored > MOST_SECONDS:
                raise RuntimeError("The engine does not come to an end with a critical alert.")
            time.sleep(LOOK_SECONDS)
        watched.lags.append(time.perf_counter() - stored)
        watched.memory.append(pss_of(worker))
        time.sleep(max(0.0, PAUSE_SECONDS - (time.perf_counter() - began)))
    working.join()
    return watched


def _drained(look: Any, scanner: Any) -> float:
    """The seconds until the engine is done with the flood, or as long as anybody waits."""
    began = time.perf_counter()
    while look.execute(WAITS, {"source": scanner.id}).fetchone()[0]:
        if time.perf_counter() - began > MOST_SECONDS:
            return MOST_SECONDS
        time.sleep(0.5)
    return time.perf_counter() - began


def _send(installation: Installation, token: str) -> str:
    alert = {
        "title": "Webshell", "severity": "critical", "rule": "webshell", "dedup_key": secrets.token_hex(8),
        "entities": [{"kind": "host", "value": f"web-{secrets.randbelow(1000)}"}],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{installation.base}/api/v1/signals", json.dumps(alert).encode(), headers)  # noqa: S310 - ours
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["id"])


def _source(town: Town, slug: str) -> tuple[Any, str]:
    sender = town.actors["sender"]
    with acting_as(town.actors["supervisor"]):
        source = create_source(
            name=slug.title(), slug=f"{slug}-{secrets.token_hex(3)}", compartment_id=town.compartments["SOC"].id,
            rate_per_second=100_000, burst=1_000_000, by=town.actors["supervisor"],
        )  # fmt: skip
    with acting_as(sender):
        _row, token = create_token(
            account_id=sender.id, label=slug, permissions=["signal:submit"], source_id=source.id, by=sender
        )
    return source, token
