# SPDX-License-Identifier: Apache-2.0
"""What results say."""

from typing import Any

import pytest

from longwatch.enrichment.models import Result
from longwatch.enrichment.telling import grouped, proposal, sighting_words, words_of


def result(kind: str, facts: dict[str, Any] | None = None, **values: Any) -> Result:
    return Result(kind=kind, value="x", facts=facts or {}, **values)


class TestSightingWords:
    def test_says_how_often_and_what_became_of_it(self) -> None:
        facts = {"signals": 14, "outcomes": {"dismissed:benign": 13, "new": 1}}
        assert sighting_words(facts) == "named by 14 earlier signals, 13 dismissed as benign"

    def test_says_one_time(self) -> None:
        assert (
            sighting_words({"signals": 1, "outcomes": {"in_incident": 1}})
            == "named by 1 earlier signal, 1 in an incident"
        )

    def test_says_that_it_may_be_more(self) -> None:
        assert (
            sighting_words({"signals": 4500, "outcomes": {}, "more": True}) == "named by 4500 earlier signals or more"
        )


class TestWordsOf:
    @pytest.mark.parametrize(
        ("kind", "facts", "words"),
        [
            ("kev", {"name": "Log4j", "added": "2021-12-10", "ransomware": True},
             "Log4j. Known to be exploited since 2021-12-10. Used by ransomware."),
            ("technique", {"name": "PowerShell", "tactics": ["execution", "defense-impairment"]},
             "PowerShell (execution, defense impairment)"),
            ("technique", {"name": "Old", "tactics": [], "revoked": True, "instead": "T1"}, "Old; revoked, now T1"),
            ("asset", {"name": "web1", "criticality": "high", "owner": "Ops", "site": "Graz"},
             "web1 · criticality high · owner Ops · Graz"),
            ("watched", {"reason": "Police", "owner": "Ana"}, "Police (for Ana)"),
            ("indicator", {"event": "Heron", "comment": "C2", "tlp": "tlp:amber"}, "Heron · C2 · tlp:amber"),
            ("indicator", {}, "on this list"),
            ("warninglist", {}, "on a list of what is common or harmless"),
            ("actor", {"name": "Heron"}, "Heron"),
            ("extracted", {}, "named in the text"),
        ],
    )  # fmt: skip
    def test_is_one_sentence(self, kind: str, facts: dict[str, Any], words: str) -> None:
        assert words_of(result(kind, facts)) == words


class TestProposal:
    def test_says_what_it_speaks_for(self) -> None:
        assert proposal(result("kev", proposed_severity=4)) == "Speaks for critical"
        assert proposal(result("kev")) == ""


class TestGrouped:
    def test_puts_the_worst_kinds_first(self) -> None:
        groups = grouped([result("warninglist"), result("sighting"), result("watched"), result("kev")])
        assert [group.kind for group in groups] == ["watched", "kev", "sighting", "warninglist"]
