# SPDX-License-Identifier: Apache-2.0
"""The vectors of transparency-dev/merkle, when LONGWATCH_MERKLE_VECTORS names the folder `testdata` of a checkout."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from longwatch.ledger.checking import ProofRefused, check_consistency, check_inclusion

pytestmark = pytest.mark.external
FOLDER = os.environ.get("LONGWATCH_MERKLE_VECTORS", "")


def vectors(kind: str) -> list[dict[str, Any]]:
    if not FOLDER:
        pytest.skip("LONGWATCH_MERKLE_VECTORS is not set")
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(Path(FOLDER, kind).rglob("*.json"))]
    assert found, "there are no vectors here"
    return found


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def refused(vector: dict[str, Any]) -> bool:
    hashes = [raw(each) for each in vector["proof"] or []]
    try:
        if "leafIdx" in vector:
            leaf, root = raw(vector["leafHash"]), raw(vector["root"])
            check_inclusion(leaf, vector["leafIdx"], vector["treeSize"], hashes, root)
        else:
            roots = raw(vector["root1"]), raw(vector["root2"])
            check_consistency(vector["size1"], vector["size2"], hashes, *roots)
    except ProofRefused:
        return True
    return False


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_holds_for_every_vector(kind: str) -> None:
    wrong = [vector["desc"] for vector in vectors(kind) if refused(vector) != vector["wantErr"]]
    assert wrong == []
