# SPDX-License-Identifier: Apache-2.0
"""Telling senders as rows."""

from longwatch.core import clock
from longwatch.exchange.sync_models import SenderSync


def test_a_sender_is_told_until_it_is_paused_or_ended() -> None:
    assert SenderSync().is_active
    assert not SenderSync(paused_at=clock.now()).is_active
    assert not SenderSync(closed_at=clock.now()).is_active
