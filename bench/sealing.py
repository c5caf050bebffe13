# SPDX-License-Identifier: Apache-2.0
"""Alerts one by one for half a minute while the worker seals what they append, and how far behind it is at the end."""

import argparse
import secrets
import time
from typing import Any

from bench.alerts import bodies
from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.intake import ONE, P95, RATE
from bench.load import drive, post
from bench.machine import Meter, cpu_of
from bench.people import Town

BACKLOG = "select ledger_backlog()"
MADE = "select count(*), coalesce(max(size), 0) from ledger_checkpoint"
# The worker looks every five seconds; then it has this long for what came in between.
LONGEST_BEHIND = 10.0


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Drive, then wait until everything has its place."""
    count = 6_000 if options.quick else 60_000
    mark = f"sealing-{secrets.token_hex(4)}"
    requests = [post(HOST, ONE, town.token, body, "application/json") for body in bodies(count, repeats=0.2, mark=mark)]
    worker = installation.groups()["worker"][0]
    _all_sealed(installation)
    checkpoints, size = _read(installation, MADE)
    used = cpu_of(worker)
    with Meter(installation.roots) as meter:
        outcome = drive(HOST, installation.port, requests, 16)
    used = cpu_of(worker) - used
    waiting = _read(installation, BACKLOG)[0]
    seconds = _all_sealed(installation)
    after, sealed = _read(installation, MADE)
    cpu, p95 = meter.per(count), outcome.percentile(0.95)
    said = (
        f"{outcome.per_second:,.0f}/s, p95 {p95:.1f} ms, app {cpu['app_cpu_ms']:.2f} + PostgreSQL "
        f"{cpu['pg_cpu_ms']:.2f} ms CPU, {len(outcome.bad)} errors; {sealed - size:,} "
        f"entries sealed by {after - checkpoints} checkpoints, {waiting:,} waited "
        f"at the end for {seconds:.1f} s, worker {used / meter.seconds:.0%} of a core"
    )
    met = outcome.per_second >= RATE and p95 <= P95 and not outcome.bad and seconds <= LONGEST_BEHIND
    details = {
        "requests": count, "seconds": outcome.seconds, "waiting": waiting, "seconds behind": seconds,
        "checkpoints": after - checkpoints, "entries": sealed - size, "worker_cpu_s": used, **cpu,
        **meter.surroundings(),
    }  # fmt: skip
    budget = f">= {RATE}/s, p95 <= {P95} ms, sealed within {LONGEST_BEHIND:g} s"
    return [Figure("one alert a request, 16 connections, while the ledger is sealed", budget, said, met, details)]


def _all_sealed(installation: Installation) -> float:
    """The seconds until nothing waits any more."""
    began = time.perf_counter()
    while _read(installation, BACKLOG)[0]:
        if time.perf_counter() - began > 60:
            raise RuntimeError("the ledger is not being sealed")
        time.sleep(0.1)
    return time.perf_counter() - began


def _read(installation: Installation, statement: str) -> tuple[int, ...]:
    with installation.administrator() as connection:
        found: Any = connection.execute(statement).fetchone()
    return tuple(found)
