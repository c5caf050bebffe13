# SPDX-License-Identifier: Apache-2.0
"""How one ledger entry covers many arrivals: its leaf holds the Merkle root over them.

A batch leaf is the occurrence's identifier (16 bytes), the SHA-256 of its raw bytes (32 bytes) and, where a signal may
have been made of what it says, the SHA-256 of what was understood (32 bytes more), in order of identifier. The
identifier has 74 random bits, so nobody can guess raw bytes from the leaf once they are erased.

What was understood is hashed because raw bytes alone do not tell it: mappings are changed, by people and by releases.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from longwatch.core.actor import Actor
from longwatch.ledger.leaf import FORMAT_VERSION, Header
from longwatch.ledger.merkle import leaf_hash, root

ACTION = "signal.received"
# One arrival: identifier, SHA-256 of raw, SHA-256 of what was understood or nothing.
Covered = tuple[UUID, bytes, bytes]


class Said(NamedTuple):
    """What a new signal takes from the arrival that makes it, as it is stored, and no later arrival changes."""

    kind: str
    rule: str
    title: str
    description: str
    place: str
    latitude: float | None
    longitude: float | None
    links: Sequence[str]
    tags: Sequence[str]
    format: str
    occurred_at: datetime | None


def understood_hash(occurrence: UUID, said: Said) -> bytes:
    """SHA-256 of the occurrence's identifier and of what it was understood to say, as canonical JSON."""
    at = said.occurred_at
    stored = said._replace(occurred_at=at.astimezone(UTC) if at else None)
    return hashlib.sha256(occurrence.bytes + msgspec.json.encode(stored)).digest()


def batch_root(arrived: Iterable[Covered]) -> bytes:
    """The root over what is covered, whatever order it is given in."""
    return root_of_leaves(each.bytes + sha256 + understood for each, sha256, understood in arrived)


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """The same, of batch leaves."""
    return root([leaf_hash(leaf) for leaf in sorted(leaves)])


def covering_leaf(header: Header, arrived: Iterable[Covered]) -> bytes:
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
