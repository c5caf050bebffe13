# SPDX-License-Identifier: Apache-2.0
"""Files of every sort, and hostile ones; the real ones where they are."""

import gzip
import json
from pathlib import Path

import pytest

from longwatch.enrichment.intel import reading
from longwatch.enrichment.intel.reading import read_bytes, read_file
from longwatch.enrichment.intel.shape import Unreadable
from tests.enrichment.intel_files import ATTACK, EVENT, KEV, WARNINGLIST, packed

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "ti"
real = pytest.mark.skipif(not REAL.exists(), reason="the real lists are not on this machine")


class TestReadBytes:
    @pytest.mark.parametrize(
        ("value", "kind"), [(WARNINGLIST, "warninglist"), (KEV, "kev"), (ATTACK, "attack"), (EVENT, "indicators")]
    )
    def test_recognises_each_sort_packed_or_not(self, value: object, kind: str) -> None:
        for raw in (json.dumps(value).encode(), packed(value), b"\xef\xbb\xbf" + json.dumps(value).encode()):
            assert [each.kind for each in read_bytes(raw, "f").loaded] == [kind]

    def test_takes_a_text_for_a_plain_list(self) -> None:
        [loaded] = read_bytes(b"192.0.2.7\n", "block.txt").loaded
        assert loaded.name == "block.txt"

    @pytest.mark.parametrize(
        "raw",
        [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"{}", b"[1, 2]", b'"x"', b"nothing here", b"\x1f\x8bbroken",
         gzip.compress(b"192.0.2.7", mtime=0)[:-4]],
    )  # fmt: skip
    def test_refuses_with_a_sentence_what_is_nothing(self, raw: bytes) -> None:
        with pytest.raises(Unreadable, match="f "):
            read_bytes(raw, "f")

    def test_refuses_a_small_file_that_unpacks_to_a_large_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_BYTES", 1_000_000)
        with pytest.raises(Unreadable, match="unpacked"):
            read_bytes(gzip.compress(b"\0" * 2_000_000), "bomb.gz")


class TestReadFile:
    def test_refuses_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match=r"none\.json cannot be read"):
            read_file(tmp_path / "none.json")

    def test_refuses_one_that_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_BYTES", 4)
        (tmp_path / "large").write_bytes(b"12345")
        with pytest.raises(Unreadable, match="larger"):
            read_file(tmp_path / "large")

    @real
    def test_reads_all_warninglists_there_are(self) -> None:
        read = [read_file(path).loaded[0] for path in sorted((REAL / "misp_warninglists").glob("*.json.gz"))]
        assert {each.kind for each in read} == {"warninglist"}
        assert (len(read), sum(len(each.entries) + each.skipped for each in read)) == (125, 117_488)
        assert sum(each.skipped for each in read) < 20

    @real
    @pytest.mark.parametrize(
        ("name", "kind", "count"),
        [
            ("cisa_kev/known_exploited_vulnerabilities.json.gz", "kev", 1404),
            ("attack_stix/ics-attack-18.1.json.gz", "attack", 107),
            ("misp_galaxy/mitre-attack-pattern.json.gz", "attack", 1266),
        ],
    )
    def test_reads_the_large_lists_whole(self, name: str, kind: str, count: int) -> None:
        [loaded] = read_file(REAL / name).loaded
        assert loaded.kind == kind
        assert len(loaded.entries) + loaded.skipped == count

    @real
    def test_reads_every_event_there_is(self) -> None:
        paths = [*(REAL / "misp_events").glob("*.json"), *(REAL / "eset_malware_ioc").rglob("*.json")]
        assert len(paths) == 22
        for path in paths:
            if path.name != "japanese_test.json":  # It holds one text and nothing to detect.
                assert read_file(path).loaded, path
