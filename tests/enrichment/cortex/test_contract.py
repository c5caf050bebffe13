# SPDX-License-Identifier: Apache-2.0
"""The contract of Cortex analyzers."""

import json
from typing import Any

import pytest

from longwatch.enrichment.cortex.contract import Analyzer, Unusable, described, job, refusal, report

SAID: dict[str, Any] = {
    "name": "Abuse_Finder", "version": "3.0", "dataTypeList": ["ip", "domain"], "command": "Abuse/abuse.py",
    "config": {"service": ""},
    "configurationItems": [{"name": "key", "required": True}, {"name": "pages", "defaultValue": 2}],
}  # fmt: skip
OURS = Analyzer("A", "1", "a.py", ("ip",), {"key": "k"}, max_tlp=1, max_pap=2)


class TestDescribed:
    def test_reads_the_description_with_the_administrators_settings(self) -> None:
        read = described(json.dumps(SAID), {"key": "k", "max_tlp": 1})
        assert (read.name, read.max_tlp, read.max_pap, read.network) == ("Abuse_Finder", 1, 2, False)
        assert read.config == {"service": "", "pages": 2, "key": "k", "max_tlp": 1}

    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", json.dumps(SAID | {"command": "../x"}), json.dumps(SAID | {"command": "/x"})]
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(Unusable):
            described(text, {"key": "k"})

    def test_names_the_settings_that_are_missing(self) -> None:
        with pytest.raises(Unusable, match="key"):
            described(json.dumps(SAID), {})


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
        assert report(b'{"success": false, "errorMessage": "no key"}').error == "no key"

    @pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"success": 1}', b"[" * 99_999, b"\xff"])
    def test_refuses_what_is_none(self, answer: bytes) -> None:
        with pytest.raises(Unusable):
            report(answer)
