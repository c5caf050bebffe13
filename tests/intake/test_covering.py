# SPDX-License-Identifier: Apache-2.0
"""The ledger entry that covers many arrivals."""

import hashlib

from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.ids import uuid7
from longwatch.intake.covering import batch_root, covering_leaf, header_of
from longwatch.ledger.leaf import leaf_bytes


class TestCoveringLeaf:
    def test_is_the_canonical_leaf(self) -> None:
        actor = Actor(ActorKind.INTEGRATION, uuid7(), "SIEM", uuid7(), via="api")
        header = header_of(actor, uuid7(), clock.now())
        arrived = [(uuid7(), hashlib.sha256(bytes([n])).digest()) for n in range(7)]
        assert covering_leaf(header, arrived) == leaf_bytes(header, {"occurrences": batch_root(arrived).hex()})

    def test_the_order_of_arrival_does_not_matter(self) -> None:
        arrived = [(uuid7(), hashlib.sha256(bytes([n])).digest()) for n in range(5)]
        assert batch_root(arrived) == batch_root(arrived[::-1]) != batch_root(arrived[:4])
