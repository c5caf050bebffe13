# SPDX-License-Identifier: Apache-2.0
"""Checkpoints and proofs by API."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.core.paging import encode_cursor
from longwatch.core.postgres.address import Address
from longwatch.ledger.checking import check_consistency, check_inclusion
from longwatch.ledger.leaf import leaf_hash
from longwatch.ledger.sealing import seal_now
from tests.ledger.entries import note_down
from tests.personas import Cast, make_cast
from tests.web.test_api import Caller


@pytest.fixture
def committed(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed."""
    with django_db_blocker.unblock():
        yield make_cast()


def raw(hashes: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in hashes]


class TestInclusion:
    """/ledger/entries/{id}/inclusion"""

    def test_proves_an_entry_to_whoever_may_read_it(self, committed: Cast) -> None:
        [entry] = note_down(committed.auditor)
        call = Caller(committed, "auditor")
        assert call("GET", f"/ledger/entries/{entry}/inclusion").json()["code"] == "not_sealed_yet"
        seal_now()
        proof = call("GET", f"/ledger/entries/{entry}/inclusion").json()
        checkpoint = call("GET", "/ledger/checkpoint").json()
        leaf, root = leaf_hash(proof["leaf"].encode()), base64.b64decode(checkpoint["root"])
        check_inclusion(leaf, proof["index"], proof["size"], raw(proof["hashes"]), root)
        assert proof["proof"].endswith(checkpoint["note"])

    def test_hides_entries_of_others(self, committed: Cast) -> None:
        [entry] = note_down(committed.auditor)
        seal_now()
        for name in ("analyst", "administrator", "integration", "outsider"):
            assert Caller(committed, name)("GET", f"/ledger/entries/{entry}/inclusion").status_code == 404
        for unknown in (0, 10**15, 10**30):
            answer = Caller(committed, "auditor")("GET", f"/ledger/entries/{unknown}/inclusion")
            assert answer.status_code == 404


class TestCheckpoints:
    """/ledger/checkpoint, /ledger/checkpoints, /ledger/consistency"""

    def test_each_continues_the_one_before(self, committed: Cast) -> None:
        call = Caller(committed, "auditor")
        assert call("GET", "/ledger/checkpoint").status_code == 409
        for _ in range(3):
            note_down(committed.analyst)
            seal_now()
        items = call("GET", "/ledger/checkpoints").json()["items"]
        assert len(items) == 3
        new, old = items[0], items[2]
        answer = call("GET", f"/ledger/consistency?old={old['size']}&new={new['size']}").json()
        roots = [base64.b64decode(each["root"]) for each in (old, new)]
        check_consistency(old["size"], new["size"], raw(answer["hashes"]), *roots)
        rest = call("GET", f"/ledger/checkpoints?cursor={encode_cursor([items[1]['size']])}").json()
        assert [each["size"] for each in rest["items"]] == [old["size"]]

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("old=0&new=1", 422), ("old=2&new=1", 422), ("old=a&new=1", 422), ("", 422), (f"old=1&new={2**62}", 404),
            (f"old=1&new={10**40}", 404), ("old=-5&new=1", 422),
        ],
    )  # fmt: skip
    def test_refuses_sizes_without_a_proof(self, cast: Cast, query: str, status: int) -> None:
        assert Caller(cast, "auditor")("GET", f"/ledger/consistency?{query}").status_code == status

    @pytest.mark.parametrize("cursor", ["nonsense", encode_cursor(["abc"]), encode_cursor([10**40])])
    def test_refuse_cursors_that_are_not_ours(self, cast: Cast, cursor: str) -> None:
        answer = Caller(cast, "auditor")("GET", f"/ledger/checkpoints?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")

    def test_are_for_auditors(self, cast: Cast) -> None:
        for path in ("/ledger/checkpoint", "/ledger/checkpoints", "/ledger/consistency?old=1&new=1"):
            assert Caller(cast, "supervisor")("GET", path).status_code == 404


class TestKeys:
    """/ledger/keys"""

    def test_are_everybodys_to_know(self, committed: Cast) -> None:
        seal_now()
        [key] = Caller(committed, "integration")("GET", "/ledger/keys").json()
        assert (key["number"], key["after_size"], key["until_size"], key["rotation"]) == (1, 0, None, "")
        assert key["vkey"].startswith("testserver/ledger/")
