# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of analyzers."""

from longwatch.core.ids import uuid7
from longwatch.enrichment.analysis_events import AnalysisAsked, AnalysisFinished, AnalyzerSet
from longwatch.enrichment.sentences import SENTENCES


def said(event: AnalyzerSet | AnalysisAsked | AnalysisFinished) -> str:
    return SENTENCES[event.name](event.details())


class TestAnalyzerSet:
    def test_says_whether_it_reaches_the_network(self) -> None:
        event = AnalyzerSet(
            subject_id=uuid7(), analyzer="VT", enabled=True, network=True, max_tlp=1, max_pap=2, told=["key"]
        )
        assert said(event) == "enabled the analyzer VT, with network"


class TestAnalysisAsked:
    def test_says_what_it_was_told_and_how_marked(self) -> None:
        event = AnalysisAsked(
            subject_id=uuid7(), analyzer="VT", analyzer_version="3", kind="ip", value="192.0.2.7", tlp="green",
            pap="amber", network=True,
        )  # fmt: skip
        assert said(event) == "asked the analyzer VT about 192.0.2.7 (TLP:GREEN, PAP:AMBER)"


class TestAnalysisFinished:
    def test_says_why_there_is_no_answer(self) -> None:
        event = AnalysisFinished(subject_id=uuid7(), analyzer="VT", kind="ip", value="192.0.2.7", failure="too_long")
        assert said(event) == "got no answer of the analyzer VT about 192.0.2.7: it took too long and was ended"
