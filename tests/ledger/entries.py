# SPDX-License-Identifier: Apache-2.0
"""Entries for tests of the tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import OWNER, Address

RAW = """
insert into ledger_entry (org_id, action, subject_id, actor_kind, actor_id, via, operation_id, leaf, leaf_hash)
select %s, 'test.filled', gen_random_uuid(), 'system', gen_random_uuid(), 'test', gen_random_uuid(), leaf,
       sha256('\\x00'::bytea || leaf)
  from (select convert_to('{"n":' || n || '}', 'UTF8') as leaf from generate_series(1, %s) n) leaves
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(ledger.Event):
    """Something happened that changed no row."""

    name: ClassVar[str] = "test.noted"
    text: str = ""


def note_down(actor: Actor, count: int = 1) -> list[int]:
    """Append entries, each in a transaction of its own."""
    return [_one(actor, number) for number in range(count)]


def _one(actor: Actor, number: int) -> int:
    with acting_as(actor):
        return ledger.append(Noted(subject_id=uuid7(), text=str(number)), by=actor)


@contextmanager
def superuser(database: Address) -> Iterator["psycopg.Connection[Any]"]:
    """The database's administrator, whom no trigger and no policy stops for long."""
    with psycopg.connect(database.admin_conninfo(database.database), autocommit=True) as connection:
        yield connection


def owner(database: Address) -> "psycopg.Connection[Any]":
    """A connection of the owner of the tables."""
    return psycopg.connect(database.conninfo(OWNER), autocommit=True)


def fill(database: Address, org_id: object, count: int) -> None:
    """Append many bare entries at once."""
    with superuser(database) as connection:
        connection.execute(RAW, [org_id, count])
