# SPDX-License-Identifier: Apache-2.0
"""What becomes of a body; the rest is seen through its ways in (test_hooks.py, test_collector.py)."""

from longwatch.core.postgres.address import Address
from longwatch.intake.ways.signatures import basic
from tests.intake.ways.doorway import make_doorway


class TestDeliver:
    def test_tells_new_ones_from_repeats(self, committed_db: Address, live_server_process: str) -> None:
        doorway = make_doorway(live_server_process)
        headers = {"Authorization": basic("tool", doorway.door("basic", user="tool"))}
        body = b'{"title": "Door", "dedup_key": "d"}'
        told = [doorway.ask("POST", f"/hooks/{doorway.source.id}", body, headers)[1]["created"] for _ in range(2)]
        assert told == [1, 0]
