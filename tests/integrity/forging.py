# SPDX-License-Identifier: Apache-2.0
"""What a patient forger does: history rewritten with all its hashes, clocks that lie."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from longwatch.core import clock
from longwatch.ledger.merkle import node_hash
from tests.integrity.conftest import World

OF_NOTE = "(select version from records_timeline_entry order by version limit 1)"


def one(faults: list[str], *words: str) -> str:
    """The one fault whose sentence has all these words."""
    found = [fault for fault in faults if all(word in fault for word in words)]
    assert len(found) == 1, faults
    return found[0]


def forge_history(world: World) -> None:
    """Another entrance in the first line of the timeline: leaf, hash and every node over it made anew."""
    with psycopg.connect(world.database.admin_conninfo(world.database.database)) as connection:
        connection.execute("set session_replication_role = replica")
        row = connection.execute("select min(version) from records_timeline_entry").fetchone()
        assert row
        number = row[0]
        found = connection.execute("select leaf from ledger_entry where id = %s", [number]).fetchone()
        assert found
        leaf = found[0].replace(b'"via":"web"', b'"via":"api"')
        digest = hashlib.sha256(b"\0" + leaf).digest()
        connection.execute(
            "update ledger_entry set via = 'api', leaf = %s, leaf_hash = %s where id = %s", [leaf, digest, number]
        )
        place = connection.execute("select leaf_index from ledger_leaf where entry_id = %s", [number]).fetchone()
        assert place
        _forge_nodes(connection, place[0], digest)


def _forge_nodes(connection: "psycopg.Connection[tuple[object, ...]]", index: int, digest: bytes) -> None:
    level = 0
    while connection.execute(
        "update ledger_node set hash = %s where level = %s and idx = %s returning 1", [digest, level, index]
    ).fetchone():
        sibling = connection.execute(
            "select hash from ledger_node where level = %s and idx = %s", [level, index ^ 1]
        ).fetchone()
        if sibling is None:
            return
        other = bytes(sibling[0])  # type: ignore[call-overload]
        digest = node_hash(other, digest) if index & 1 else node_hash(digest, other)
        level, index = level + 1, index >> 1


@contextmanager
def move_clock(*, hours: float) -> Iterator[None]:
    """While the clock of the machine is wrong."""
    with clock.unsafe_pretend(clock.now() + timedelta(hours=hours)):
        yield
