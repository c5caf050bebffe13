# SPDX-License-Identifier: Apache-2.0
"""What a canary says."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from longwatch.intake.canary_rules import canary_body
from longwatch.intake.mapping.understanding import understand_whole
from longwatch.intake.submission import DOCUMENTED

ID, SENT = UUID(int=7), datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_is_understood_as_our_own_form() -> None:
    [piece] = understand_whole(canary_body(ID, SENT)).pieces
    assert piece.format == DOCUMENTED
    assert (piece.signal.kind, piece.signal.severity, piece.signal.tags) == (
        "alert", "informational", ["canary", "drill"],
    )  # fmt: skip


def test_each_is_a_signal_of_its_own() -> None:
    assert canary_body(ID, SENT) != canary_body(UUID(int=8), SENT)


def test_it_names_its_source_when_asked() -> None:
    assert msgspec.json.decode(canary_body(ID, SENT, "gate"))["source"] == "gate"
