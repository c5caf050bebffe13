# SPDX-License-Identifier: Apache-2.0
"""A ledger of an installation to which machines report, all of which holds: in a database of its own, sealed.

Each arrival has an entry of its own, as when machines report one by one; one in five repeats a signal; one signal in
ten was judged by a person, whose entry commits to the whole row. `python -m bench.ledger_data ENTRIES` fills the
database of the environment.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from itertools import count
from typing import Any
from urllib.parse import quote

import django
import psycopg

from bench.alerts import bodies
from bench.installation import Installation
from longwatch.core.environment import Environment
from longwatch.core.postgres.address import Address, address

NAME = "longwatch_bench_ledger"
REPEATS, JUDGED = 0.2, 0.1
# So many arrivals are made in memory before they are stored; one of the newest signals may still be repeated.
AT_ONCE, NEWEST = 10_000, 1_000
TABLES = {
    "ledger_entry": "id at org_id action subject_id compartment_id actor_kind actor_id via operation_id covers_batch"
    " leaf leaf_hash",
    "ledger_pending": "entry_id subject_id covers_batch leaf_hash",
    "ledger_detail": "entry_id org_id compartment_id fields",
    "intake_occurrence": "id at org_id signal_id source_id raw sha256 content_type entry_id",
}
Rows = list[Sequence[Any]]


@contextmanager
def ledger_of(installation: Installation, entries: int) -> Iterator[Address]:
    """The address of a database with about so many entries; it is dropped afterwards."""
    own = installation.address.named(NAME)
    with installation.administrator() as administrator:
        administrator.execute(f"drop database if exists {NAME} with (force)")
    with tempfile.TemporaryDirectory(prefix="longwatch-bench-") as data:
        url = _url(own)
        variables = os.environ | {"LONGWATCH_DATA": data, "DATABASE_URL": url, "LONGWATCH_SECRET_KEY": own.secret_key}
        subprocess.run([sys.executable, "-m", "bench.ledger_data", str(entries)], env=variables, check=True)
    try:
        yield own
    finally:
        with installation.administrator() as administrator:
            administrator.execute(f"drop database if exists {NAME} with (force)")


def _url(own: Address) -> str:
    who = ":".join(quote(own.administrator[name], safe="") for name in ("user", "password"))
    where = "&".join(f"{name}={quote(value, safe='')}" for name, value in own.server.items())
    return f"postgresql://{who}@/{own.database}?{where}"


class _Maker:
    """Makes arrivals, the signals they belong to, judgements, and the entries about all of them."""

    def __init__(self, town: Any, first: int) -> None:
        self.intake, self.ledger = import_module("longwatch.intake.covering"), import_module("longwatch.ledger.leaf")
        self.arrival, self.models = import_module("longwatch.intake.arrival"), import_module("longwatch.intake.models")
        self.read = import_module("longwatch.intake.submission").read
        self.content = import_module("longwatch.ledger.writing").row_content
        self.town, self.actor, self.home = town, town.actors["sender"], town.source.compartment_id
        self.facts = self.arrival.SourceFacts(
            town.source.id, town.org_id, self.home, "sensors", "Sensors", "alert", [], 2, 1, 1, True
        )
        self.numbers, self.chance = count(first), random.Random(1)
        self.now = import_module("longwatch.core.clock").now() - timedelta(minutes=5)
        self.rows: dict[str, Rows] = {name: [] for name in TABLES}
        self.signals: dict[bytes, Any] = {}

    def arrive(self, raw: bytes) -> None:
        """One arrival with its entry."""
        arrival = self.arrival.arrive(self.facts, self.read(raw), raw)
        number, source = next(self.numbers), self.facts.id
        self.now += timedelta(microseconds=100)
        leaf = self.intake.covering_leaf(
            self.intake.header_of(self.actor, source, self.now), [(arrival.id, arrival.sha256, b"")]
        ).replace(b'"compartment":null', f'"compartment":"{self.home}"'.encode())
        signal = self._signal(arrival, number)
        self._entry(number, self.intake.ACTION, source, self.actor, True, leaf)
        self.rows["intake_occurrence"].append(
            (arrival.id, self.now, self.town.org_id, signal.id, source, raw, arrival.sha256, "application/json", number)
        )

    def _signal(self, arrival: Any, number: int) -> Any:
        """The row it belongs to: a new one, or one that counts on."""
        said, at = arrival.signal, self.now
        signal = self.signals.get(arrival.key)
        if signal is None:
            signal = self.signals[arrival.key] = self.models.Signal(
                org_id=self.town.org_id, compartment_id=self.home, source_id=self.facts.id, kind=arrival.kind,
                dedup_key=arrival.key, rule=said.rule, title=said.title, description=said.description, severity=0,
                status="new", place=said.place, links=said.links, tags=said.tags, occurred_at=at, first_seen=at,
                count=0,
            )  # fmt: skip
        signal.count, signal.last_seen, signal.version = signal.count + 1, at, number
        signal.severity = max(signal.severity, arrival.severity)
        for entity in arrival.entities:
            if entity["id"] not in signal.entity_ids:
                signal.entities, signal.entity_ids = [*signal.entities, entity], [*signal.entity_ids, entity["id"]]
        return signal

    def judge(self, signal: Any) -> None:
        """Somebody dismisses it."""
        actor, number = self.town.actors["analyst"], next(self.numbers)
        signal.status, signal.dismiss_reason, signal.closed_at = "dismissed", "benign", self.now
        values = {"reason": "benign", "note": "", "actor": "Analyst", "row": self.content(signal)}
        commitments, openings = self.ledger.commit(values)
        header = self.ledger.Header(
            self.now, self.town.org_id, actor.kind, actor.id, actor.operation_id, "signal.dismissed", signal.id,
            None, self.home, actor.via,
        )  # fmt: skip
        self._entry(number, header.action, signal.id, actor, False, self.ledger.leaf_bytes(header, commitments))
        self.rows["ledger_detail"].append((number, self.town.org_id, self.home, json.dumps(openings)))
        signal.version = number

    def _entry(self, number: int, action: str, subject: Any, actor: Any, covers: bool, leaf: bytes) -> None:
        hashed = self.ledger.leaf_hash(leaf)
        self.rows["ledger_entry"].append(
            (number, self.now, self.town.org_id, action, subject, self.home, str(actor.kind), actor.id, actor.via,
             actor.operation_id, covers, leaf, hashed)
        )  # fmt: skip
        self.rows["ledger_pending"].append((number, subject, covers, hashed))


def fill(connection: "psycopg.Connection[Any]", town: Any, entries: int) -> None:
    """Store so many entries, and what they are about."""
    first = connection.execute("select nextval('ledger_entry_id_seq')").fetchone()
    maker = _Maker(town, int(first[0]) if first else 1)
    connection.execute("set session_replication_role = replica; set synchronous_commit = off")
    _without_lists(connection)
    arrivals = round(entries / (1 + (1 - REPEATS) * JUDGED))
    sent = bodies(arrivals, repeats=REPEATS, mark="ledger")
    for number in range(1, arrivals + 1):
        maker.arrive(next(sent))
        if number % AT_ONCE == 0:
            _store(connection, maker, NEWEST)
    _store(connection, maker, 0)
    connection.execute("select setval('ledger_entry_id_seq', %s)", [next(maker.numbers)])
    connection.execute("vacuum analyze")


def _store(connection: "psycopg.Connection[Any]", maker: _Maker, kept: int) -> None:
    """Store everything but the newest signals."""
    done = [maker.signals.pop(key) for key in list(maker.signals)[: len(maker.signals) - kept]]
    for signal in done:
        if maker.chance.random() < JUDGED:
            maker.judge(signal)
    fields = [field for field in maker.models.Signal._meta.concrete_fields if not field.generated]
    rows: Rows = [[_stored(field, getattr(each, field.attname)) for field in fields] for each in done]
    _copy(connection, "intake_signal", [field.column for field in fields], rows)
    for table, columns in TABLES.items():
        _copy(connection, table, columns.split(), maker.rows[table])
        maker.rows[table] = []


def _stored(field: Any, value: Any) -> Any:
    return json.dumps(value) if field.get_internal_type() == "JSONField" else value


def _copy(connection: "psycopg.Connection[Any]", table: str, columns: Sequence[str], rows: Rows) -> None:
    named = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({named}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _without_lists(connection: "psycopg.Connection[Any]") -> None:
    """Without the indexes of lists and searches, which verifying does not use."""
    found = connection.execute(
        "select indexrelid::regclass::text from pg_index where indrelid = 'intake_signal'::regclass and not indisunique"
    ).fetchall()
    for (name,) in found:
        connection.execute(f"drop index {name}")


def main(entries: int) -> None:
    """Fill the database of the environment, and seal it."""
    where = address(Environment(os.environ))
    django.setup()
    import_module("longwatch.config.migrating").migrate(where)
    town = import_module("bench.people").make_town()
    with psycopg.connect(where.admin_conninfo(where.database), autocommit=True) as connection:
        fill(connection, town, entries)
    import_module("longwatch.ledger.sealing").seal_now()


if __name__ == "__main__":
    main(int(sys.argv[1]))
