# SPDX-License-Identifier: Apache-2.0
"""Gives entries their places in the tree; the work itself is ledger_sequence() of the database."""

from longwatch.ledger.connecting import Connection

BATCH = 10_000
SEQUENCE = "select ledger_sequence(%s)"
SIZE = "select coalesce(max(leaf_index) + 1, 0) from ledger_leaf"
WAITING = "select exists (select 1 from ledger_pending)"


def sequence(connection: Connection, batch: int = BATCH) -> int:
    """Place all entries that are committed, a transaction a batch; returns the size of the tree."""
    before, size = -1, tree_size(connection)
    while size > before:
        before, size = size, _number(connection, SEQUENCE, batch)
    return size


def tree_size(connection: Connection) -> int:
    """How many entries have a place."""
    return _number(connection, SIZE)


def is_waiting(connection: Connection) -> bool:
    """Whether an entry waits for its place."""
    found = connection.execute(WAITING).fetchone()
    return bool(found and found[0])


def _number(connection: Connection, statement: str, *values: int) -> int:
    found = connection.execute(statement, values).fetchone()
    return int(found[0]) if found else 0
