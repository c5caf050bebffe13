# SPDX-License-Identifier: Apache-2.0
"""What the ledger costs: the share of the append in a change, and how fast all entries are verified."""

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import mean, median
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.db import connection as django_connection
from django.test import Client

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.machine import Meter
from bench.people import Town
from bench.signals_data import run_file
from longwatch.access.context import acting_as
from longwatch.config.commands.verify import check
from longwatch.core.postgres.address import VERIFIER
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.moving import change_severity
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger import writing
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry

SHARE, VERIFY_SECONDS, MILLION = 0.10, 10.0, 1_000_000
GUARDED = ("incidents_incident", "records_timeline_entry")
ROUND = 25


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """The append's share of three changes, and the speed of verifying."""
    rounds = 2 if options.quick else 12
    found = [_share(installation, name, change, rounds) for name, change in _changes(installation, town).items()]
    return [*found, _verify(installation, town, 20_000 if options.quick else 200_000)]


Change = Callable[[int], object]


def _changes(installation: Installation, town: Town) -> dict[str, Change]:
    actor = town.actors["analyst"]
    with acting_as(actor):
        incident = open_incident(title="Door held open", category="FA-01", restricted=False, by=actor)
        record = incident_ref(incident)
    client = Client(headers={"host": f"{HOST}:{installation.port}"})
    client.force_login(town.accounts["analyst"])

    def severity(n: int) -> None:
        with acting_as(actor):
            change_severity(incident.id, n % 2 + 1, reason=f"Seen again, {n}", by=actor)

    def entry(n: int) -> None:
        with acting_as(actor):
            add_entry(record, kind=EntryKind.NOTE, text=f"The guard called again, time {n}", by=actor)

    def page(n: int) -> None:
        form = urlencode({"kind": "note", "text": f"The guard called again, time {n}"})
        answer = client.post(
            f"/incidents/{incident.reference}/entries", form, content_type="application/x-www-form-urlencoded"
        )
        if answer.status_code >= 400:
            raise RuntimeError(f"adding a line answered {answer.status_code}")

    return {
        "changing a severity (service, committed)": severity,
        "adding a line (service, committed)": entry,
        "adding a line (whole request)": page,
    }


def _share(installation: Installation, name: str, change: Change, rounds: int) -> Figure:
    """Time the change with and without append and guard, in turns, so that both see the same machine."""
    numbers = itertools.count()
    times: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, float] = {True: 0.0, False: 0.0}
    appends: list[float] = []
    for turn in range(2 * rounds + 2):
        with_ledger = turn % 2 == 0
        with (
            _ledger(installation, appends if turn > 1 else [], on=with_ledger),
            Meter({"pg": installation.roots["pg"]}) as meter,
        ):
            taken = [_timed(change, next(numbers)) for _ in range(ROUND)]
        if turn > 1:
            times[with_ledger] += taken
            cpu[with_ledger] += meter.client + meter.used["pg"]
    full, bare = median(times[True]), median(times[False])
    share = full / bare - 1
    work = cpu[True] / cpu[False] - 1
    said = f"{share:.0%} of the change's time ({bare * 1000:.2f} -> {full * 1000:.2f} ms median), {work:.0%} of its CPU"
    details = {
        "with_ms": full * 1000, "without_ms": bare * 1000, "mean with_ms": mean(times[True]) * 1000,
        "mean without_ms": mean(times[False]) * 1000, "append_ms": median(appends) * 1000,
        "changes": len(times[True]), **meter.surroundings(),
    }  # fmt: skip
    return Figure(f"append's cost: {name}", f"<= {SHARE:.0%} of the change", said, share <= SHARE, details)


def _timed(change: Change, number: int) -> float:
    began = time.perf_counter()
    change(number)
    return time.perf_counter() - began


@contextmanager
def _ledger(installation: Installation, appends: list[float], *, on: bool) -> Iterator[None]:
    """With the ledger as it is, each append timed, or without append and guard."""
    append = writing.append
    if on:
        writing.append = _watched(append, appends)
        try:
            yield
        finally:
            writing.append = append
        return
    # Below all real entries, so that the guard accepts the next real one.
    versions = itertools.count(-time.time_ns())
    _guards(installation, "disable")
    writing.append = lambda *_, **__: next(versions)
    try:
        yield
    finally:
        writing.append = append
        _guards(installation, "enable")


def _watched(append: Callable[..., int], taken: list[float]) -> Callable[..., int]:
    def watched(*arguments: Any, **named: Any) -> int:
        began = time.perf_counter()
        entry = append(*arguments, **named)
        taken.append(time.perf_counter() - began)
        return entry

    return watched


def _guards(installation: Installation, what: str) -> None:
    django_connection.close()
    with installation.administrator() as administrator:
        for table in GUARDED:
            administrator.execute(f"alter table {table} {what} trigger ledger_entry_required")  # type: ignore[arg-type]


def _verify(installation: Installation, town: Town, count: int) -> Figure:
    """Read and recompute all entries as the verifier does, and say how long a million would take."""
    with installation.administrator() as administrator:
        _fill_entries(administrator, town, count)
    with psycopg.connect(installation.address.conninfo(VERIFIER)) as reader, Meter({}) as meter:
        entries, broken = check(reader)
    million = meter.seconds * MILLION / entries
    said = f"{entries / meter.seconds:,.0f} entries/s, so {million:.1f} s for a million (from {entries:,})"
    if broken:
        said += f"; {len(broken)} do not hold"
    details = {"entries": entries, "seconds": meter.seconds, "broken": broken[:3], **meter.surroundings()}
    return Figure("verifying the ledger", f"a million <= {VERIFY_SECONDS:g} s", said,
                  million <= VERIFY_SECONDS and not broken, details)  # fmt: skip


def _fill_entries(administrator: "psycopg.Connection[Any]", town: Town, count: int) -> None:
    actor = town.actors["analyst"]
    values = {"org": town.org_id, "compartment": town.operations.id, "account": actor.id, "count": count}
    administrator.execute("set session_replication_role = replica")
    run_file(administrator, "entries.sql", values)
    administrator.execute("reset session_replication_role")
    administrator.execute("vacuum analyze ledger_entry")
