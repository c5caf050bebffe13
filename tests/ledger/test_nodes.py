# SPDX-License-Identifier: Apache-2.0
"""Reads of the stored tree; whole trees out of a database are in test_sequencer.py."""

from collections.abc import Sequence
from typing import Any

import pytest

from longwatch.ledger.merkle import root
from longwatch.ledger.nodes import NodeMissing, consistency, root_at
from tests.ledger.test_tree import LEAVES, STORED


def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """As a database that holds these nodes."""
    wanted = list(zip(*values, strict=True))
    return [(level, place, STORED[level, place]) for level, place in wanted if (level, place) in STORED]


class TestRootAt:
    def test_is_that_of_the_leaves(self) -> None:
        assert root_at(rows, 21) == root(LEAVES[:21])

    def test_refuses_what_is_not_stored(self) -> None:
        with pytest.raises(NodeMissing):
            root_at(rows, 41)


class TestConsistency:
    def test_refuses_what_is_not_stored(self) -> None:
        with pytest.raises(NodeMissing):
            consistency(rows, 3, 1000)
