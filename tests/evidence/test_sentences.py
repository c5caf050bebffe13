# SPDX-License-Identifier: Apache-2.0
"""What timelines say of evidence."""

import inspect

import pytest

from longwatch.evidence import events
from longwatch.evidence.sentences import SENTENCES
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
            ("received", "added exhibit 2: gate.png (9.2\xa0kB)"),
            ("withdrawn", "withdrew exhibit 2, gate.png: Wrong file"),
            ("viewed", "viewed exhibit 2: gate.png"),
            ("downloaded", "downloaded exhibit 2, gate.png: Wrong file"),
            ("exported", "exported exhibit 2, gate.png: Wrong file"),
            ("item_received", "added exhibit 2, a thing: gate.png (kept at Safe 2)"),
            ("transferred", "handed exhibit 2, gate.png, over from Ravi to Lab: Wrong file"),
            ("offered", "offered exhibit 2, gate.png, from Ravi to Lab: Wrong file"),
            ("receipt_confirmed", "confirmed the receipt of exhibit 2, gate.png, from Ravi"),
            ("receipt_refused", "refused to take exhibit 2, gate.png, from Ravi: Wrong file"),
            ("offer_taken_back", "took the offer of exhibit 2, gate.png, to Lab back: Wrong file"),
            ("seal_applied", "put seal A1 on exhibit 2: gate.png"),
            ("seal_opened", "opened seal A1 of exhibit 2, gate.png: Wrong file"),
            ("damaged", "found exhibit 2, gate.png, damaged: its stored bytes are missing"),
            ("scanned", "checked exhibit 2, gate.png, by clam: nothing found"),
        ],
    )
    def test_tells_what_happened_to_which(self, action: str, words: str) -> None:
        fields = {
            "number": 2, "file_name": "gate.png", "size": 9216, "reason": "Wrong file", "place": "Safe 2",
            "giver": "Ravi", "receiver": "Lab", "seal": "A1", "found": "missing",
            "scanner": "clam",
        }  # fmt: skip
        assert SENTENCES[f"evidence.{action}"](fields) == words
