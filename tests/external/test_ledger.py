# SPDX-License-Identifier: Apache-2.0
"""Three implementations that others wrote accept our checkpoints and proofs, and refuse what was tampered with."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from longwatch.core.postgres.address import Address
from tests.external import material
from tests.personas import make_cast
from tools.node import find_node
from tools.verifiers import GO_PROGRAM, NODE_PROGRAM, PYTHON, SOURCES

pytestmark = [pytest.mark.external, pytest.mark.slow]

KINDS = {
    "go": {"signature", "inclusion", "consistency"},
    "sigstore-js": {"signature", "inclusion"},
    # Does not look at signatures.
    "sigstore-python": {"inclusion"},
}


@pytest.fixture
def cases(committed_db: Address, django_db_blocker: Any) -> Iterator[list[material.Case]]:
    if not GO_PROGRAM.exists():
        pytest.skip("others' verifiers are not here: make verify-external")
    with django_db_blocker.unblock():
        yield material.cases(make_cast())


def program(verifier: str) -> list[str]:
    if verifier == "go":
        return [str(GO_PROGRAM)]
    if verifier == "sigstore-js":
        return [find_node().node, str(NODE_PROGRAM)]
    return [str(PYTHON), str(SOURCES / "check_sigstore.py")]


@pytest.mark.parametrize("verifier", KINDS)
def test_agrees_with_us_about_every_case(verifier: str, cases: list[material.Case], tmp_path: Path) -> None:
    material.write(tmp_path / "cases.json", cases)
    words = [*program(verifier), str(tmp_path / "cases.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    said = dict(line.split(" ") for line in done.stdout.splitlines())
    asked = {case.name: case.right for case in cases if case.kind in KINDS[verifier]}
    assert said == asked
    assert {"ok", "rejected"} == set(asked.values())
