# SPDX-License-Identifier: Apache-2.0
"""Timelines tell what happened to bundles."""

from longwatch.cases.sentences import CATALOGUE
from longwatch.exchange.sentences import SENTENCES
from longwatch.records.sentences import sentence_of


class TestSentences:
    def test_tell_every_event_without_its_fields_too(self) -> None:
        assert all(sentence({}) for sentence in SENTENCES.values())

    def test_are_known_to_the_timelines_of_records(self) -> None:
        said = sentence_of("export.created", {"audience": "regulator", "recipient": "the authority"}, CATALOGUE)
        assert said == "made a bundle of this record for the authority (Regulator)"
        withheld = {"audience": "subject", "item_kind": "entry", "choice": "withhold", "reason": "a third party"}
        assert sentence_of("export.item_decided", withheld, CATALOGUE).endswith("(timeline entries): a third party")
