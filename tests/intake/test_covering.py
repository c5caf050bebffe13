# SPDX-License-Identifier: Apache-2.0
"""The ledger entry that covers many arrivals."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.ids import uuid7
from longwatch.intake.covering import Said, batch_root, covering_leaf, header_of, understood_hash
from longwatch.ledger.leaf import leaf_bytes


class TestCoveringLeaf:
    def test_is_the_canonical_leaf(self) -> None:
        actor = Actor(ActorKind.INTEGRATION, uuid7(), "SIEM", uuid7(), via="api")
        header = header_of(actor, uuid7(), clock.now())
        arrived = [(uuid7(), hashlib.sha256(bytes([n])).digest(), bytes([n]) * 32 if n % 2 else b"") for n in range(7)]
        assert covering_leaf(header, arrived) == leaf_bytes(header, {"occurrences": batch_root(arrived).hex()})

    def test_the_order_of_arrival_does_not_matter(self) -> None:
        arrived = [(uuid7(), hashlib.sha256(bytes([n])).digest(), b"") for n in range(5)]
        assert batch_root(arrived) == batch_root(arrived[::-1]) != batch_root(arrived[:4])

    def test_what_was_understood_is_covered_too(self) -> None:
        occurrence, sha256 = uuid7(), hashlib.sha256(b"x").digest()
        assert batch_root([(occurrence, sha256, b"")]) != batch_root([(occurrence, sha256, b"y" * 32)])


SAID = Said("alert", "r", "Login", "", "", None, None, [], ["vpn"], "okta", datetime(2026, 5, 1, 12, tzinfo=UTC))


class TestUnderstoodHash:
    def test_tells_the_same_moment_in_any_zone(self) -> None:
        occurrence = uuid7()
        elsewhere = SAID._replace(occurred_at=datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))))
        assert understood_hash(occurrence, SAID) == understood_hash(occurrence, elsewhere)

    @pytest.mark.parametrize("name", Said._fields)
    def test_covers_every_field(self, name: str) -> None:
        occurrence = uuid7()
        other: dict[str, Any] = {
            "latitude": 1.5,
            "longitude": 2.5,
            "links": ["https://a.example"],
            "tags": [],
            "occurred_at": None,
        }
        changed = SAID._replace(**{name: other.get(name, "something else")})
        assert understood_hash(occurrence, SAID) != understood_hash(occurrence, changed)

    def test_is_another_for_another_arrival(self) -> None:
        assert understood_hash(uuid7(), SAID) != understood_hash(uuid7(), SAID)
