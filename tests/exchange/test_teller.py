# SPDX-License-Identifier: Apache-2.0
"""The thread of the worker that tells other systems."""

import time

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.exchange.teller import Teller
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.sealing import seal_now
from tests.exchange.listener import listening, subscribed
from tests.personas import make_cast


def test_it_tells_by_itself_until_it_is_stopped(committed_db: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    cast = make_cast()
    with listening() as listener:
        subscribed(cast, listener, "incident.opened")
        with acting_as(cast.supervisor):
            open_incident(title="Beacon", category="CY-01", by=cast.supervisor)
        seal_now()
        teller = Teller(look_seconds=0.05)
        teller.start()
        until = time.monotonic() + 30
        while not listener.heard and time.monotonic() < until:
            time.sleep(0.05)
        teller.stop()
        assert listener.types == ["incident.opened"]
