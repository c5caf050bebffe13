# SPDX-License-Identifier: Apache-2.0
"""The bytes that are hashed for ever."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from longwatch.core.canonical import canonical
from longwatch.ledger.leaf import Header, commit, commitment, leaf_bytes, leaf_hash

HEADER = Header(
    at=datetime(2026, 11, 22, 13, 2, 11, 5, tzinfo=UTC),
    org_id=UUID(int=1),
    actor_kind="account",
    actor_id=UUID(int=2),
    operation_id=UUID(int=3),
    action="case.closed",
    subject_id=UUID(int=4),
    record_id=None,
    compartment_id=UUID(int=5),
    via="web",
)


class TestCommitment:
    """commitment"""

    def test_is_sha_256_of_the_salt_and_the_canonical_value(self) -> None:
        salt = bytes(range(32))
        assert commitment(salt, {"b": 1, "a": "x"}) == hashlib.sha256(salt + b'{"a":"x","b":1}').hexdigest()

    def test_differs_with_the_salt_and_with_the_value(self) -> None:
        one, two = bytes(32), b"\x01" * 32
        assert len({commitment(one, "Jo"), commitment(two, "Jo"), commitment(one, "Jo "), commitment(one, None)}) == 4


class TestCommit:
    """commit"""

    def test_opens_to_what_was_committed(self) -> None:
        values: dict[str, Any] = {"reason": "Left", "at": HEADER.at, "roles": ("a", "b"), "nothing": None}
        commitments, openings = commit(values)
        assert set(commitments) == set(openings) == set(values)
        for name, opening in openings.items():
            assert commitment(bytes.fromhex(opening["salt"]), opening["value"]) == commitments[name]

    def test_never_uses_a_salt_twice(self) -> None:
        """Equal values cannot be seen to be equal."""
        commitments, openings = commit({"before": "low", "after": "low"})
        assert commitments["before"] != commitments["after"]
        assert len({opening["salt"] for opening in openings.values()}) == 2
        assert all(len(bytes.fromhex(opening["salt"])) == 32 for opening in openings.values())

    def test_keeps_no_copy_of_the_row(self) -> None:
        _commitments, openings = commit({"row": {"name": "Jo"}})
        assert set(openings["row"]) == {"salt"}

    def test_can_be_kept_as_json(self) -> None:
        _commitments, openings = commit({"who": UUID(int=9), "at": HEADER.at})
        assert json.loads(json.dumps(openings)) == openings


class TestLeafBytes:
    """leaf_bytes"""

    def test_are_these_and_stay_so(self) -> None:
        """Every leaf ever written is checked against this form: it must not change under one version."""
        assert leaf_bytes(HEADER, {"reason": "ab"}) == (
            b'{"action":"case.closed",'
            b'"actor":{"id":"00000000-0000-0000-0000-000000000002","kind":"account"},'
            b'"at":"2026-11-22T13:02:11.000005+00:00",'
            b'"commit":{"reason":"ab"},'
            b'"compartment":"00000000-0000-0000-0000-000000000005",'
            b'"object":"00000000-0000-0000-0000-000000000004",'
            b'"operation":"00000000-0000-0000-0000-000000000003",'
            b'"org":"00000000-0000-0000-0000-000000000001",'
            b'"record":null,'
            b'"v":2,'
            b'"via":"web"}'
        )

    def test_do_not_depend_on_the_order_of_fields(self) -> None:
        assert leaf_bytes(HEADER, {"a": "1", "b": "2"}) == leaf_bytes(HEADER, {"b": "2", "a": "1"})

    @pytest.mark.parametrize(
        "changed",
        [
            {"at": datetime(2026, 11, 22, 13, 2, 11, 6, tzinfo=UTC)},
            {"org_id": UUID(int=9)},
            {"actor_kind": "system"},
            {"actor_id": UUID(int=9)},
            {"operation_id": UUID(int=9)},
            {"action": "case.opened"},
            {"subject_id": UUID(int=9)},
            {"record_id": UUID(int=9)},
            {"compartment_id": UUID(int=9)},
            {"via": "api"},
        ],
    )
    def test_change_with_every_part(self, changed: dict[str, Any]) -> None:
        assert leaf_bytes(replace(HEADER, **changed), {}) != leaf_bytes(HEADER, {})

    def test_are_canonical(self) -> None:
        leaf = leaf_bytes(HEADER, {"b": "2", "a": "1"})
        assert canonical(json.loads(leaf)) == leaf


class TestLeafHash:
    """leaf_hash"""

    def test_is_that_of_rfc_6962(self) -> None:
        assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        assert leaf_hash(b"leaf") == hashlib.sha256(b"\x00leaf").digest()
