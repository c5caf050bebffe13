# SPDX-License-Identifier: Apache-2.0
"""Stopping the web process while live pages are open."""

from longwatch.config.commands import web
from longwatch.web import live


class TestServer:
    """Server"""

    def test_speaks_to_live_pages_on_their_channel(self) -> None:
        assert (web.CHANNEL, web.STOP) == (live.CHANNEL, live.STOP)
