# SPDX-License-Identifier: Apache-2.0
"""What the ledger costs: the share of the append in a change, and how fast all entries are verified."""

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import mean, median
from urllib.parse import urlencode

from django.db import connection as django_connection
from django.test import Client

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.ledger_data import ledger_of
from bench.machine import PROC, Meter, tree
from bench.people import Town
from bench.verifying import verified
from longwatch.access.context import acting_as
from longwatch.core.postgres.address import VERIFIER
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.moving import change_severity
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger import writing
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry

SHARE, VERIFY_SECONDS, MILLION = 0.10, 10.0, 1_000_000
GUARDED = ("incidents_incident", "records_timeline_entry")
TRIGGERS = ("ledger_entry_required_insert", "ledger_entry_required_update", "ledger_version_must_rise")
ROUND = 25
# Of fewer entries, beginning takes longer than verifying.
TELLING = 100_000


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """The append's share of three changes, and the speed of verifying."""
    rounds = 6 if options.quick else 20
    found = [_share(installation, name, change, rounds) for name, change in _changes(installation, town).items()]
    return [*found, *_verify(installation, options.entries)]


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
    """Make the change with and without append and guard, in turns, so that both see the same machine.

    Judged by CPU of this process and PostgreSQL, which other work on the machine hardly moves; times are told, too.
    """
    numbers = itertools.count()
    times: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, list[float]] = {True: [], False: []}
    with Meter({}) as meter:
        for turn in range(2 * rounds + 2):
            with_ledger = turn % 2 == 0
            with _ledger(installation, on=with_ledger):
                change(next(numbers))  # connects again
                taken = [_watched(installation, change, next(numbers)) for _ in range(ROUND)]
            if turn > 1:
                times[with_ledger] += [seconds for seconds, _ in taken]
                cpu[with_ledger] += [used for _, used in taken]
    full, bare = median(cpu[True]), median(cpu[False])
    share = full / bare - 1
    said = (
        f"{share:.0%} of its CPU ({bare * 1000:.2f} -> {full * 1000:.2f} ms), "
        f"{median(times[True]) / median(times[False]) - 1:.0%} of its time"
    )
    details = {
        "with_ms": median(times[True]) * 1000, "without_ms": median(times[False]) * 1000,
        "mean with_ms": mean(times[True]) * 1000, "mean without_ms": mean(times[False]) * 1000,
        "with_cpu_ms": full * 1000, "without_cpu_ms": bare * 1000, "changes": len(times[True]), **meter.surroundings(),
    }  # fmt: skip
    return Figure(f"append's cost: {name}", f"<= {SHARE:.0%} of the change", said, share <= SHARE, details)


def _watched(installation: Installation, change: Change, number: int) -> tuple[float, float]:
    """Seconds that a change takes, and CPU seconds of this process and of the database."""
    pids = tree(installation.roots["pg"])
    database, own, began = _nanoseconds(pids), time.process_time(), time.perf_counter()
    change(number)
    seconds, used = time.perf_counter() - began, time.process_time() - own
    return seconds, used + (_nanoseconds(pids) - database) / 1e9


def _nanoseconds(pids: list[int]) -> int:
    """CPU that processes have used; ticks are too coarse for a single change."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            total += int((PROC / str(pid) / "schedstat").read_text().split()[0])
    return total


@contextmanager
def _ledger(installation: Installation, *, on: bool) -> Iterator[None]:
    """With the ledger as it is, or with the same statements without append and guard."""
    if on:
        yield
        return
    # Below all real entries, so that the guard accepts the next real one.
    versions = itertools.count(-time.time_ns())
    append, entry = writing.APPEND, writing._entry
    _guards(installation, "disable")
    writing.APPEND, writing._entry = "select %s::bigint", lambda *_: (next(versions),)
    try:
        yield
    finally:
        writing.APPEND, writing._entry = append, entry
        _guards(installation, "enable")


def _guards(installation: Installation, what: str) -> None:
    django_connection.close()
    with installation.administrator() as administrator:
        for table in GUARDED:
            for trigger in TRIGGERS:
                administrator.execute(f"alter table {table} {what} trigger {trigger}")  # type: ignore[arg-type]


def _verify(installation: Installation, entries: int) -> list[Figure]:
    """Verify a ledger as `longwatch verify` does: every entry and the tree, then every row too; all of it must hold."""
    with ledger_of(installation, entries) as own:
        conninfo = own.conninfo(VERIFIER)
        return [
            _verified(installation, "verifying a ledger: entries, tree, checkpoints", conninfo, with_rows=False),
            _verified(installation, "the same with every row, arrival and opening", conninfo, with_rows=True),
        ]


def _verified(installation: Installation, job: str, conninfo: str, *, with_rows: bool) -> Figure:
    with Meter({"pg": installation.roots["pg"]}) as meter:
        found = verified(conninfo, with_rows=with_rows)
    counts, seconds = found["counts"], found["seconds"]
    entries = counts["entries"]
    million, cpu = seconds * MILLION / entries, (found["cpu"] + meter.used["pg"]) * 1e6 / entries
    said = f"{entries:,} entries"
    if with_rows:
        said += f", {counts['rows']:,} rows, {counts['arrivals']:,} arrivals"
    said += f" in {seconds:.1f} s; {cpu:.0f} us CPU an entry"
    is_much = entries >= TELLING
    if is_much:
        said += f", so {million:.1f} s for a million"
    if found["broken"]:
        said += f"; {found['broken']} faults"
    details = {
        **counts, "seconds": seconds, "verifier_cpu_s": found["cpu"], "pg_cpu_s": meter.used["pg"],
        "faults": found["faults"], **meter.surroundings(),
    }  # fmt: skip
    if with_rows or not is_much:
        return Figure(job, "-", said, False if found["broken"] else None, details)
    is_met = million <= VERIFY_SECONDS and not found["broken"]
    return Figure(job, f"a million <= {VERIFY_SECONDS:g} s", said, is_met, details)
