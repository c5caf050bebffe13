# SPDX-License-Identifier: Apache-2.0
"""What timelines say of people and things."""

import inspect

import pytest

from longwatch.entities import events
from longwatch.entities.sentences import SENTENCES
from longwatch.ledger import Event

VERBS = {cls.name for _, cls in inspect.getmembers(events, inspect.isclass) if issubclass(cls, Event) and cls.name}


class TestSentences:
    """SENTENCES"""

    def test_has_one_for_every_event(self) -> None:
        assert set(SENTENCES) == VERBS

    @pytest.mark.parametrize("action", sorted(SENTENCES))
    def test_survives_an_entry_whose_details_were_erased(self, action: str) -> None:
        assert SENTENCES[action]({})

    @pytest.mark.parametrize(
        ("action", "words"),
        [
            ("added", "added Mara (person) as subject"),
            ("part_changed", "changed the part of Mara from subject to witness"),
            ("ended", "removed Mara as subject: Mistaken"),
        ],
    )
    def test_tells_what_happened_to_whom(self, action: str, words: str) -> None:
        fields = {"value": "Mara", "kind": "person", "part": "subject", "before": "subject", "after": "witness"}
        assert SENTENCES[f"mention.{action}"]({**fields, "reason": "Mistaken"}) == words

    def test_keeps_a_word_that_is_not_known(self) -> None:
        assert (
            SENTENCES["mention.added"]({"value": "X", "kind": "ghost", "part": "shade"}) == "added X (ghost) as shade"
        )
