# SPDX-License-Identifier: Apache-2.0
"""The contract of Cortex analyzers."""

import json
from typing import Any

import pytest

from longwatch.enrichment.cortex.contract import (
    Analyzer,
    Unusable,
    config_of,
    data_type,
    described,
    job,
    missing,
    refusal,
    report,
)

SAID: dict[str, Any] = {
    "name": "Abuse_Finder", "version": "3.0", "dataTypeList": ["ip", "domain"], "command": "Abuse/abuse.py",
    "config": {"service": ""},
    "configurationItems": [{"name": "key", "required": True}, {"name": "pages", "defaultValue": 2}],
}  # fmt: skip
OURS = Analyzer("A", "1", "a.py", ("ip",), {"key": "k"}, max_tlp=1, max_pap=2)


class TestDescribed:
    def test_reads_what_the_collection_says(self) -> None:
        read = described(json.dumps(SAID))
        assert (read.name, read.version, read.data_types) == ("Abuse_Finder", "3.0", ("ip", "domain"))
        assert [(each.name, each.required, each.default) for each in read.settings] == [
            ("key", True, None), ("pages", False, 2),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        ["", "{}", "[]", "[" * 99_999, json.dumps(SAID | {"command": "../x"}), json.dumps(SAID | {"command": "/x"}),
         json.dumps(SAID | {"name": "a/b"}), json.dumps(SAID | {"dataTypeList": "ip"})],
    )  # fmt: skip
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(Unusable):
            described(text)


class TestMissing:
    def test_names_what_it_needs_and_nobody_told(self) -> None:
        assert missing(described(json.dumps(SAID)), {}) == ["key"]
        assert missing(described(json.dumps(SAID)), {"key": "k"}) == []


class TestConfigOf:
    def test_the_administrators_words_come_last(self) -> None:
        assert config_of(described(json.dumps(SAID)), {"key": "k", "pages": 9}) == {
            "service": "",
            "pages": 9,
            "key": "k",
        }


class TestDataType:
    @pytest.mark.parametrize(
        ("types", "kind", "word"),
        [(("ip",), "ip", "ip"), (("fqdn",), "domain", "fqdn"), (("domain", "fqdn"), "host", "fqdn"),
         (("ip",), "domain", ""), (("other",), "person", "")],
    )  # fmt: skip
    def test_is_the_nearest_word(self, types: tuple[str, ...], kind: str, word: str) -> None:
        assert data_type(types, kind) == word


class TestRefusal:
    @pytest.mark.parametrize(
        ("kind", "tlp", "pap", "why"),
        [("ip", "green", "amber", ""), ("domain", "green", "green", "type"), ("ip", "amber", "green", "tlp"),
         ("ip", "", "green", "tlp"), ("ip", "green", "red", "pap")],
    )  # fmt: skip
    def test_keeps_what_is_marked_from_who_must_not_know(self, kind: str, tlp: str, pap: str, why: str) -> None:
        assert refusal(OURS, kind, tlp=tlp, pap=pap) == why


class TestJob:
    def test_is_what_cortexutils_reads(self) -> None:
        made = job(OURS, "ip", "192.0.2.7", tlp="green", pap="amber")
        assert (made["data"], made["dataType"], made["tlp"], made["pap"]) == ("192.0.2.7", "ip", 1, 2)
        assert (made["config"]["key"], made["config"]["max_tlp"], made["config"]["check_tlp"]) == ("k", 1, True)


class TestReport:
    def test_reads_taxonomies_and_artifacts(self) -> None:
        said = {
            "success": True, "full": {"a": 1}, "summary": {"taxonomies": [{"level": "info", "value": "1"}, "x"]},
            "artifacts": [{"dataType": "ip", "data": "192.0.2.8"}],
        }  # fmt: skip
        read = report(json.dumps(said).encode())
        assert (read.success, read.full, len(read.taxonomies), len(read.artifacts)) == (True, {"a": 1}, 1, 1)

    def test_says_why_it_failed(self) -> None:
        read = report(b'{"success": false, "errorMessage": "no key"}')
        assert (read.error, read.failure) == ("no key", "said_no")

    @pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"success": 1}', b"[" * 99_999, b"\xff"])
    def test_refuses_what_is_none(self, answer: bytes) -> None:
        with pytest.raises(Unusable):
            report(answer)
