# SPDX-License-Identifier: Apache-2.0
"""The bytes of a ledger entry that are hashed: random identifiers, the verb and salted commitments only."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from longwatch.core.canonical import canonical, plain

LEAF_PREFIX = b"\x00"
# Version 1, of the first weeks, had neither compartment nor entrance.
FORMAT_VERSION = 2
SALT_BYTES = 32
ROW_FIELD = "row"
ACTOR_FIELD = "actor"


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a leaf that is never personal."""

    at: datetime
    org_id: UUID
    actor_kind: str
    actor_id: UUID
    operation_id: UUID
    action: str
    subject_id: UUID
    record_id: UUID | None
    compartment_id: UUID | None
    via: str


def commitment(salt: bytes, value: Any) -> str:
    """A hiding commitment to a value: hex SHA-256 of 32 random bytes and the canonical JSON of the value."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def commit(values: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Commitments of named values for the leaf, and the openings (salt and value) kept beside it."""
    commitments: dict[str, str] = {}
    openings: dict[str, dict[str, Any]] = {}
    random = os.urandom(SALT_BYTES * len(values))
    for number, (name, value) in enumerate(values.items()):
        salt = random[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        commitments[name] = commitment(salt, value)
        openings[name] = {"salt": salt.hex()}
        # The row itself holds its content; a copy here would only be one more thing to erase.
        if name != ROW_FIELD:
            openings[name]["value"] = plain(value)
    return commitments, openings


def leaf_bytes(header: Header, commitments: Mapping[str, str]) -> bytes:
    """The canonical JSON (RFC 8785) of an entry: what the tree will hold for ever."""
    return canonical(
        {
            "v": FORMAT_VERSION,
            "at": header.at,
            "org": header.org_id,
            "actor": {"kind": header.actor_kind, "id": header.actor_id},
            "operation": header.operation_id,
            "action": header.action,
            "object": header.subject_id,
            "record": header.record_id,
            "compartment": header.compartment_id,
            "via": header.via,
            "commit": dict(commitments),
        }
    )


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 section 2.1): SHA-256 of a zero byte and the leaf."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()
