# SPDX-License-Identifier: Apache-2.0
"""Rows of test signals."""

from datetime import UTC, datetime, timedelta

from longwatch.intake.canary_models import Canary

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_one_is_over_when_it_was_seen_or_failed() -> None:
    assert not Canary(sent_at=SENT).is_over
    assert Canary(sent_at=SENT, seen_at=SENT).is_over
    assert Canary(sent_at=SENT, failed_at=SENT).is_over


def test_how_long_one_took_is_known_when_it_was_seen() -> None:
    assert Canary(sent_at=SENT).took is None
    assert Canary(sent_at=SENT, seen_at=SENT + timedelta(seconds=2)).took == timedelta(seconds=2)
