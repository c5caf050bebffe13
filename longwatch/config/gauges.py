# SPDX-License-Identifier: Apache-2.0
"""How the installation is doing, in numbers: for the page Health and for monitoring. Nothing about anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from longwatch.intake.services.settling_again import given_up_everywhere
from longwatch.integrity.selectors import standing
from longwatch.version import VERSION

JOBS = """
select status::text, count(*)::float8 from procrastinate_jobs where status in ('todo', 'doing', 'failed') group by 1
"""
HEARTBEAT = "select extract(epoch from now() - max(last_heartbeat))::float8 from procrastinate_workers"
# What each is, its kind, and what its label means.
ABOUT = {
    "up": ("Whether the database answers.", "gauge", ""),
    "build_info": ("The version that is running.", "gauge", "version"),
    "ledger_entries_sealed": ("Entries that have their place in the tree.", "counter", ""),
    "ledger_entries_waiting": ("Entries that wait for their place.", "gauge", ""),
    "ledger_lag_seconds": ("How long the oldest of them has waited.", "gauge", ""),
    "worker_heartbeat_seconds": ("How long ago the worker was heard.", "gauge", ""),
    "jobs": ("Jobs by what is with them.", "gauge", "status"),
    "unsettled_signals": ("Signals that wait to be grouped and enriched (100001: more).", "gauge", ""),
    "unsettled_oldest_seconds": ("How long the oldest of them has waited.", "gauge", ""),
    "given_up_signals": ("Signals that could not be grouped and enriched, and are left.", "gauge", ""),
    "unread_deliveries": ("Bodies that could not be read (10001: more).", "gauge", ""),
    "source_heard_seconds": ("How long ago a source was heard.", "gauge", "source"),
    "webhooks": ("Webhooks out by what is with them.", "gauge", "state"),
    "webhook_events_delivered": ("Events that other systems took.", "counter", ""),
    "webhook_events_refused": ("Events that were refused for good and not told since (10001: more).", "gauge", ""),
    "feeds": ("Feeds of indicators by what is with them.", "gauge", "state"),
    "polls": ("Connections over which signals are fetched, by what is with them.", "gauge", "state"),
    "webhook_behind_entries": ("How far the slowest webhook is behind the ledger.", "gauge", ""),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number; a label tells several of one name apart."""

    name: str
    value: float
    label: str = ""

    @property
    def about(self) -> str:
        """What it is, in a sentence."""
        return ABOUT[self.name][0]


def gauges() -> Sequence[Gauge]:
    """All of them, in six statements."""
    now = standing()
    found = [
        Gauge("up", 1), Gauge("build_info", 1, VERSION), Gauge("ledger_entries_sealed", now.sealed),
        Gauge("ledger_entries_waiting", now.waiting), Gauge("ledger_lag_seconds", now.lag.total_seconds()),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HEARTBEAT)
        (age,) = cursor.fetchone() or (None,)
        found += [Gauge("worker_heartbeat_seconds", age)] if age is not None else []
        cursor.execute(JOBS)
        jobs = dict(cursor.fetchall())
        found += [Gauge("jobs", jobs.get(status, 0), status) for status in ("todo", "doing", "failed")]
        cursor.execute("select name, label, value from exchange_gauges()")
        found += [Gauge(name, value, label) for name, label, value in cursor.fetchall()]
    return [*found, Gauge("given_up_signals", given_up_everywhere())]


def seen() -> dict[tuple[str, str], float]:
    """What of them is the viewer's organisation's own, and of sources that they may know of, by name and label.

    `alone` is 1 where there is no other organisation: then the others are its own, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("select name, label, value from exchange_gauges_seen()")
        return {(name, label): value for name, label, value in cursor.fetchall()}


def exposition(found: Sequence[Gauge]) -> str:
    """As Prometheus reads it (text format 0.0.4)."""
    lines = []
    for name, (about, kind, label) in ABOUT.items():
        values = [each for each in found if each.name == name]
        if values:
            full = f"longwatch_{name}" + ("_total" if kind == "counter" else "")
            lines += [f"# HELP {full} {about}", f"# TYPE {full} {kind}"]
            lines += [f"{full}{_labelled(label, each.label)} {each.value:.15g}" for each in values]
    return "\n".join(lines) + "\n"


def _labelled(name: str, value: str) -> str:
    if not name:
        return ""
    safe = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'{{{name}="{safe}"}}'
