# SPDX-License-Identifier: Apache-2.0
"""The ledger as a feed."""

import json

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.exchange.hook_feed import entries, sealed_size
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.sealing import seal_now
from tests.personas import make_cast


class TestEntries:
    """entries"""

    def test_are_told_in_order_with_what_the_event_says_and_nobody_elses(self, committed_db: Address) -> None:
        cast = make_cast()
        seal_now()
        with acting_as(cast.supervisor):
            start = sealed_size()
            open_incident(title="Beacon", category="CY-01", by=cast.supervisor)
        seal_now()
        with acting_as(cast.supervisor):
            found = entries(cast.supervisor.org_id, start, sealed_size())
            assert not entries(cast.outsider.org_id, start, sealed_size())
        assert [each.position for each in found] == sorted(each.position for each in found)
        (opened,) = [each for each in found if each.action == "incident.opened"]
        told = json.loads(opened.body)
        assert told["data"]["fields"]["title"] == "Beacon"
        assert "row" not in told["data"]["fields"]
        assert opened.message_id == f"longwatch-{opened.entry_id}"
