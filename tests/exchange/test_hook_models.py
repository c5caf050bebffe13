# SPDX-License-Identifier: Apache-2.0
"""Webhooks out as rows."""

from longwatch.core import clock
from longwatch.exchange.hook_models import Subscription


class TestSubscription:
    """Subscription"""

    def test_is_active_until_it_is_paused_or_closed(self) -> None:
        assert Subscription().is_active
        assert not Subscription(paused_at=clock.now()).is_active
        assert not Subscription(closed_at=clock.now()).is_active
