# SPDX-License-Identifier: Apache-2.0
"""How one ledger entry covers many arrivals: its leaf holds the Merkle root over them.

A batch leaf is the occurrence's identifier (16 bytes) and the SHA-256 of its raw bytes (32 bytes), in order of
identifier. The identifier has 74 random bits, so nobody can guess raw bytes from the leaf once they are erased.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from longwatch.core.actor import Actor
from longwatch.ledger.leaf import FORMAT_VERSION, Header
from longwatch.ledger.merkle import leaf_hash, root

ACTION = "signal.received"


def batch_root(arrived: Iterable[tuple[UUID, bytes]]) -> bytes:
    """The root over (occurrence id, SHA-256 of raw), whatever order they are given in."""
    return root_of_leaves(each.bytes + sha256 for each, sha256 in arrived)


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """The same, of batch leaves."""
    return root([leaf_hash(leaf) for leaf in sorted(leaves)])


def covering_leaf(header: Header, arrived: Iterable[tuple[UUID, bytes]]) -> bytes:
    """The bytes of the ledger entry that covers these arrivals.

    The same bytes as ledger.leaf.leaf_bytes (a test compares them), written out: all values are plain ASCII, and
    this is done for each signal. The compartment is not known here: the database puts it in (sql/receive.sql).
    """
    return (
        f'{{"action":"{header.action}","actor":{{"id":"{header.actor_id}","kind":"{header.actor_kind}"}},'
        f'"at":"{header.at.isoformat()}","commit":{{"occurrences":"{batch_root(arrived).hex()}"}},"compartment":null,'
        f'"object":"{header.subject_id}","operation":"{header.operation_id}","org":"{header.org_id}",'
        f'"record":null,"v":{FORMAT_VERSION},"via":"{header.via}"}}'
    ).encode("ascii")


def header_of(actor: Actor, source_id: UUID, at: datetime) -> Header:
    """The header of an entry about arrivals at one source, but for its compartment."""
    return Header(
        at, actor.org_id, actor.kind, actor.id, actor.operation_id, ACTION, source_id, None, None, actor.via
    )  # fmt: skip
