# SPDX-License-Identifier: Apache-2.0
"""Alerts over HTTP: one at a time, many with the same new key, in bulk. Afterwards every one must be there."""

import argparse
import secrets
from collections.abc import Sequence

from bench.alerts import bodies
from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.load import Outcome, drive, post
from bench.machine import Meter
from bench.people import Town

ONE, BULK = "/api/v1/signals", "/api/v1/signals/bulk"
RATE, P95, APP_CPU, BULK_RATE = 1500, 25, 0.5, 8000
LINES = 1000


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """All intake figures."""
    load, quick = _Load(installation, town), options.quick
    load.run(_single(load, 300, "warm"), 16)
    figures = [
        _one(load, 2_000 if quick else 24_000, 16),
        _one(load, 2_000 if quick else 24_000, 64),
        _one(load, 500 if quick else 3_000, 1),
        _same_key(load, 3 if quick else 40),
    ]
    load.run(_bulk(load, 2), 1, LINES)
    figures += [_many(load, 5 if quick else 30, 1), _many(load, 8 if quick else 60, 4)]
    return [*figures, _nothing_lost(load)]


class _Load:
    """The way to the installation, and how many alerts were accepted in all."""

    def __init__(self, installation: Installation, town: Town) -> None:
        self.installation, self.town = installation, town
        self.sent = 0

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        return post(HOST, path, self.town.token, body, content_type)

    def run(self, requests: Sequence[bytes], connections: int, alerts_each: int = 1) -> tuple[Outcome, Meter]:
        with Meter(self.installation.roots) as meter:
            outcome = drive(HOST, self.installation.port, requests, connections)
        self.sent += len(outcome.times) * alerts_each
        return outcome, meter


def _single(load: _Load, count: int, mark: str) -> list[bytes]:
    mark = f"{mark}-{secrets.token_hex(4)}"
    return [load.post(ONE, body, "application/json") for body in bodies(count, repeats=0.2, mark=mark)]


def _bulk(load: _Load, count: int) -> list[bytes]:
    lines = bodies(count * LINES, repeats=0.2, mark=f"bulk-{secrets.token_hex(4)}")
    return [
        load.post(BULK, b"\n".join(next(lines) for _ in range(LINES)), "application/x-ndjson") for _ in range(count)
    ]


def _details(outcome: Outcome, meter: Meter, alerts: int) -> dict[str, object]:
    return {
        "requests": len(outcome.times), "seconds": round(outcome.seconds, 2), "errors": len(outcome.bad),
        "first error": outcome.bad[:1], **{f"p{q}_ms": round(outcome.percentile(q / 100), 2) for q in (50, 95, 99)},
        **meter.per(alerts), **meter.surroundings(),
    }  # fmt: skip


def _said(outcome: Outcome, meter: Meter) -> str:
    cpu = meter.per(len(outcome.times))
    return (
        f"{outcome.per_second:,.0f}/s, p50 {outcome.percentile(0.5):.1f} p95 {outcome.percentile(0.95):.1f} "
        f"p99 {outcome.percentile(0.99):.1f} ms, app {cpu['app_cpu_ms']:.2f} + PostgreSQL {cpu['pg_cpu_ms']:.2f} ms "
        f"CPU, {len(outcome.bad)} errors"
    )


def _one(load: _Load, count: int, connections: int) -> Figure:
    requests = _single(load, count, "one")
    outcome, meter = load.run(requests, connections)
    app = meter.per(count)["app_cpu_ms"]
    met = outcome.per_second >= RATE and outcome.percentile(0.95) <= P95 and app <= APP_CPU and not outcome.bad
    budgeted = connections == 16
    details = _details(outcome, meter, count) | {"bytes": sum(map(len, requests)) // count}
    return Figure(
        f"one alert of 2 kB a request, {connections} connection{'s' if connections > 1 else ''}",
        f">= {RATE}/s, p95 <= {P95} ms, app <= {APP_CPU} ms CPU" if budgeted else "-",
        _said(outcome, meter), met if budgeted else None, details,
    )  # fmt: skip


def _same_key(load: _Load, keys: int) -> Figure:
    """Sixteen senders post one new key, a hundred times each together, then the next."""
    requests, per_key = [], 200
    for _ in range(keys):
        body = next(bodies(1, repeats=0, mark=f"same-{secrets.token_hex(6)}"))
        requests += [load.post(ONE, body, "application/json")] * per_key
    outcome, meter = load.run(requests, 16)
    return Figure(
        f"16 connections, all with the same new key ({keys} keys in turn)", "no errors", _said(outcome, meter),
        not outcome.bad and len(outcome.times) == len(requests), _details(outcome, meter, len(requests)),
    )  # fmt: skip


def _many(load: _Load, count: int, connections: int) -> Figure:
    outcome, meter = load.run(_bulk(load, count), connections, LINES)
    rate, cpu = outcome.per_second * LINES, meter.per(len(outcome.times) * LINES)
    return Figure(
        f"bulk, {LINES} a request, {connections} connection{'s' if connections > 1 else ''}",
        f">= {BULK_RATE}/s" if connections > 1 else "-",
        f"{rate:,.0f} alerts/s, app {cpu['app_cpu_ms'] * 1000:.0f} + PostgreSQL {cpu['pg_cpu_ms'] * 1000:.0f} us CPU "
        f"an alert, {len(outcome.bad)} errors",
        (rate >= BULK_RATE and not outcome.bad) if connections > 1 else None,
        _details(outcome, meter, len(outcome.times) * LINES),
    )  # fmt: skip


def _nothing_lost(load: _Load) -> Figure:
    """Every accepted alert must be an occurrence, and the counts on the signals must add up to them."""
    with load.installation.administrator() as connection:
        kept = connection.execute(
            "select (select count(*) from intake_occurrence where source_id = %(source)s),"
            " (select sum(count) from intake_signal where source_id = %(source)s)",
            {"source": load.town.source.id},
        ).fetchone()
    met = kept == (load.sent, load.sent)
    return Figure("accepted alerts that are kept", "all", f"{kept[0] if kept else 0:,} of {load.sent:,}", met)
