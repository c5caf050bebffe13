# SPDX-License-Identifier: Apache-2.0
"""What is written down about rules that keep alerts quiet."""

import pytest

from longwatch.intake.quiet_events import SuppressionEnded, SuppressionExtended, SuppressionMade
from longwatch.intake.sentences import SENTENCES


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (SuppressionMade, "keeps alerts quiet until"),
        (SuppressionExtended, "keeps alerts quiet until"),
        (SuppressionEnded, "lets these alerts be heard again"),
    ],
)
def test_each_event_has_its_sentence(event: type, sentence: str) -> None:
    fields = {"expires_at": "2026-11-23T09:00:00+00:00", "reason": "Runs every night"}
    assert SENTENCES[event.name](fields).startswith(sentence)  # type: ignore[attr-defined]
