# SPDX-License-Identifier: Apache-2.0
"""The thread that asks other tools."""

import time
from datetime import UTC, datetime

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.models import Signal
from longwatch.intake.polling.poller import Poller
from tests.fixtures.little_server import Asked, Said, little_server
from tests.intake.cast_signals import make_poll, make_source
from tests.intake.polling.tools import KEY, Index
from tests.personas import make_cast

PATIENCE = 60.0


@pytest.mark.slow
def test_asks_all_tools_and_a_broken_one_holds_up_no_other(committed_db: Address) -> None:
    cast, index = make_cast(), Index()
    source = make_source(cast)
    index.add("Worm", int(datetime.now(UTC).timestamp() * 1_000) - 5_000)
    poller = Poller(look_seconds=0.1)

    def broken(_asked: Asked) -> Said:
        return Said(b"nonsense")

    with little_server(broken) as bad, little_server(index) as good:
        make_poll(source, cast, url=bad.url)
        make_poll(source, cast, url=good.url, scheme="key", secret=KEY)
        poller.start()
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                with acting_as(cast.supervisor):
                    titles = list(Signal.objects.filter(source=source).values_list("title", flat=True))
                if titles and bad.asked:
                    break
                time.sleep(0.1)
        finally:
            poller.stop()
    assert titles == ["Worm"]
    assert len(bad.asked) == 1
