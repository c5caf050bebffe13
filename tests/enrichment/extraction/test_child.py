# SPDX-License-Identifier: Apache-2.0
"""What the process answers; and how much of known indicators it finds, where the known lists are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.enrichment.extraction.process import Finder

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "ti" / "eset_malware_ioc"
real = pytest.mark.skipif(not REAL.exists(), reason="the real lists are not on this machine")
TOKEN = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?![0-9a-fA-F])")


@pytest.fixture(scope="module")
def finder() -> Iterator[Finder]:
    running = Finder(seconds=30)
    yield running
    running.close()


def texts() -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in sorted(REAL.rglob("*.adoc")))


def listed() -> set[str]:
    lines = {line.strip().lower() for path in REAL.rglob("samples.sha1") for line in path.read_text().splitlines()}
    return {line for line in lines if len(line) == 40}


@real
@pytest.mark.slow
class TestOnReports:
    @pytest.mark.timeout(600)
    def test_finds_the_hashes_that_the_reports_name_and_invents_none(self, finder: Finder) -> None:
        text = texts()
        there = {token.lower() for token in TOKEN.findall(text)}
        found = {value.lower() for value in finder.find(text).get("sha1s", [])}
        wanted = listed() & there
        recall, precision = len(found & wanted) / len(wanted), len(found & there) / len(found)
        assert min(recall, precision) > 0.99, f"recall {recall:.4f}, precision {precision:.4f}"
