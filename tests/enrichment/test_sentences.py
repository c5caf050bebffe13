# SPDX-License-Identifier: Apache-2.0
"""The ledger's words."""

from longwatch.enrichment import analysis_events, events, feed_events
from longwatch.enrichment.sentences import SENTENCES
from longwatch.ledger import Event


class TestSentences:
    def test_every_event_has_one(self) -> None:
        known = [each for module in (events, analysis_events, feed_events) for each in vars(module).values()]
        ours = {each.name for each in known if isinstance(each, type) and issubclass(each, Event)}
        assert ours - {""} == set(SENTENCES)

    def test_says_what_was_loaded(self) -> None:
        fields = {"values": 2, "dataset": "KEV", "edition": ""}
        assert SENTENCES["intel.loaded"](fields) == "loaded 2 values of “KEV”, edition ?"
