# SPDX-License-Identifier: Apache-2.0
"""Checks our inclusion proofs with sigstore-python, which others wrote: a line of verdict for each case of the file
named on the command line (see tests/external/material.py). It does not look at the signature of the checkpoint."""

import base64
import json
import sys
from types import SimpleNamespace
from typing import Any

# Not part of what the package offers to others, so its version is pinned.
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import LogCheckpoint, SignedNote


def check(case: dict[str, Any]) -> None:
    """Refuses by whatever exception."""
    said = LogCheckpoint.from_text(SignedNote.from_text(case["note"]).note)
    proof = SimpleNamespace(
        log_index=case["index"],
        tree_size=said.log_size,
        root_hash=bytes.fromhex(said.log_hash),
        hashes=[base64.b64decode(each) for each in case["hashes"]],
    )
    body = base64.b64decode(case["leaf"])
    verify_merkle_inclusion(SimpleNamespace(_inner=SimpleNamespace(canonicalized_body=body, inclusion_proof=proof)))


def verdict(case: dict[str, Any]) -> str:
    """Whether the others' code takes it."""
    try:
        check(case)
    except Exception:  # noqa: BLE001 - it refuses with exceptions of several kinds
        return "rejected"
    return "ok"


def main() -> None:
    """Say it of every case about inclusion."""
    with open(sys.argv[1], encoding="utf-8") as stream:
        cases = json.load(stream)
    for case in cases:
        if case["kind"] == "inclusion":
            print(case["name"], verdict(case))


if __name__ == "__main__":
    main()
