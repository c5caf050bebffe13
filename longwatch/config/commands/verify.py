# SPDX-License-Identifier: Apache-2.0
"""`longwatch verify`: reads the whole ledger as the verifier and recomputes it."""

import argparse
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg

from longwatch.config.running import database
from longwatch.core.environment import current
from longwatch.core.postgres.address import VERIFIER
from longwatch.ledger.leaf import leaf_hash

PAGE = 5_000
SHOWN = 20
ENTRIES = """
select id, org_id::text, action, subject_id::text, record_id::text, leaf, leaf_hash from ledger_entry order by id
"""


def run(arguments: argparse.Namespace) -> int:
    """Say how many entries hold; exit status 1 when one does not."""
    with database(current()) as address, psycopg.connect(address.conninfo(VERIFIER)) as connection:
        entries, broken = check(connection)
        row = connection.execute("select count(*) from ledger_pending").fetchone()
    for sentence in broken[:SHOWN]:
        print(sentence)
    print(f"{entries} entries read, {len(broken)} broken, {row[0] if row else 0} not yet sealed.")
    return 1 if broken else 0


def check(connection: "psycopg.Connection[Any]") -> tuple[int, list[str]]:
    """Recompute every entry; return how many there are and a sentence for each that does not hold."""
    entries, broken = 0, []
    for row in _rows(connection):
        entries += 1
        fault = _fault(row)
        if fault:
            broken.append(f"Entry {row[0]}: {fault}")
    return entries, broken


def _rows(connection: "psycopg.Connection[Any]") -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="ledger", binary=True) as cursor:
        cursor.itersize = PAGE
        cursor.execute(ENTRIES)
        yield from cursor


def _fault(row: tuple[Any, ...]) -> str:
    _, org, action, subject, record, leaf, stored = row
    if leaf_hash(leaf) != stored:
        return "the leaf does not match its hash."
    said = msgspec.json.decode(leaf)
    if (said["org"], said["action"], said["object"], said["record"]) != (org, action, subject, record):
        return "the row says something else than its leaf."
    return ""
