# SPDX-License-Identifier: Apache-2.0
"""What a sender is told in tests, and facts to tell."""

from datetime import UTC, datetime
from typing import Any

from longwatch.access.context import acting_as
from longwatch.exchange.services.syncing import Telling, set_up
from longwatch.exchange.sync_facts import Facts
from longwatch.exchange.sync_models import SenderSync
from longwatch.intake.models import Source
from tests.personas import Cast

URL = "https://kibana.example.org:5601"
CALL: dict[str, Any] = {
    "occasions": ["dismissed"], "method": "POST", "path": "/alerts", "content": "json", "body": '{"id": "${key}"}',
}  # fmt: skip


def telling(**more: Any) -> Telling:
    """Something that can be set up."""
    usual: dict[str, Any] = {"url": URL, "calls": [CALL]}
    return Telling(**usual | more)


def made(cast: Cast, source: Source, **more: Any) -> SenderSync:
    """Set up by the supervisor."""
    with acting_as(cast.supervisor):
        return set_up(source.id, telling(**more), by=cast.supervisor)


def facts(*raws: bytes, **more: Any) -> Facts:
    """What is known of a dismissed signal."""
    usual: dict[str, Any] = {
        "signal": "018f", "link": "https://lw/signals/018f", "title": "Door forced", "severity": "high",
        "status": "dismissed", "outcome": "false_positive", "verdict": "falsePositive", "judged_by": "Ana Analyst",
        "reason": "Our scanner", "reference": "", "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
    }  # fmt: skip
    return Facts(**usual | more, raws=raws or (b'{"id": 7, "title": "Door forced", "dedup_key": "A-1"}',))
