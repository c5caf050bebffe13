# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from longwatch.incidents.sentences import CATALOGUE, SENTENCES
from longwatch.records.sentences import sentence_of


class TestSentences:
    """What the timeline says about each event"""

    @pytest.mark.parametrize("action", SENTENCES)
    def test_says_something_even_of_erased_details(self, action: str) -> None:
        assert sentence_of(action, {}, CATALOGUE)

    @pytest.mark.parametrize(
        ("action", "fields", "words"),
        [
            (
                "incident.severity_changed",
                {"before": "low", "after": "high", "reason": "A knife"},
                "raised the severity from low to high: A knife",
            ),
            (
                "incident.severity_changed",
                {"before": "high", "after": "low", "reason": "A toy"},
                "lowered the severity from high to low: A toy",
            ),
            ("incident.command_taken", {"before": None, "after": "Ana", "actor": "Ana"}, "took command"),
            ("incident.command_taken", {"before": "Bo", "after": "Ana", "actor": "Ana"}, "took command from Bo"),
            ("incident.command_taken", {"before": None, "after": "Ana", "actor": "Bo"}, "made Ana commander"),
            ("incident.command_taken", {"before": "Bo", "after": "Ana", "actor": "Bo"}, "handed the command to Ana"),
            (
                "incident.command_taken",
                {"before": "Bo", "after": "Ana", "actor": "Cy"},
                "handed the command from Bo to Ana",
            ),
            (
                "incident.opened",
                {"severity": "high", "signals": 1},
                "opened the incident from a signal, severity high",
            ),
            (
                "incident.amended",
                {"before": {"place": ""}, "after": {"place": "X"}},
                "set the place to “X”",
            ),
            ("incident.amended", {"after": {"next_action": "Call"}}, "set the next action: Call"),
            ("incident.amended", {"after": {"next_action": ""}}, "cleared the next action"),
            ("incident.amended", {"after": {"title": "A", "summary": "B"}}, "changed the title, summary"),
            (
                "incident.opened",
                {"severity": "high", "signals": 2},
                "opened the incident from 2 signals, severity high",
            ),
            (
                "link.added",
                {
                    "kind": "belongs",
                    "from_kind": "signal",
                    "from_reference": "Door forced",
                    "to_kind": "incident",
                    "to_reference": "INC-2026-0008",
                },
                "added the signal “Door forced” to incident INC-2026-0008",
            ),
        ],
    )
    def test_says_what_changed(self, action: str, fields: dict[str, Any], words: str) -> None:
        assert sentence_of(action, fields, CATALOGUE) == words
