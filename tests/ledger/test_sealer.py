# SPDX-License-Identifier: Apache-2.0
"""Whatever is new is sealed by itself, also after something went wrong."""

import time
from collections.abc import Callable, Iterator

import pytest

from longwatch.core.environment import current
from longwatch.core.postgres.address import Address
from longwatch.ledger.memory import memory_file
from longwatch.ledger.proofs import latest_checkpoint
from longwatch.ledger.sealer import Sealer
from tests.ledger.entries import note_down, superuser
from tests.personas import Cast

LOOK = 0.05
PATIENCE = 20.0


@pytest.fixture
def sealer() -> Iterator[Sealer]:
    running = Sealer(look_seconds=LOOK)
    running.start()
    yield running
    running.stop()


def sealed_size() -> int:
    checkpoint = latest_checkpoint()
    return checkpoint.size if checkpoint else 0


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(LOOK)


def entries(database: Address) -> int:
    with superuser(database) as connection:
        found = connection.execute("select count(*) from ledger_entry").fetchone()
    return int(found[0]) if found else 0


class TestSealer:
    def test_seals_what_waits_and_what_comes(self, committed: Cast, committed_db: Address, sealer: Sealer) -> None:
        until(lambda: sealed_size() == entries(committed_db))
        note_down(committed.analyst, 3)
        until(lambda: sealed_size() == entries(committed_db))

    def test_goes_on_when_its_connection_is_lost(self, committed: Cast, committed_db: Address, sealer: Sealer) -> None:
        until(lambda: sealed_size() > 0)
        with superuser(committed_db) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'longwatch_sequencer'"
            )
        note_down(committed.analyst)
        until(lambda: sealed_size() == entries(committed_db))

    def test_goes_on_when_what_it_refused_is_put_right(
        self, committed: Cast, committed_db: Address, sealer: Sealer, caplog: pytest.LogCaptureFixture
    ) -> None:
        until(lambda: sealed_size() > 0)
        kept = memory_file(current()).read_text()
        memory_file(current()).write_text("not a note\n")
        note_down(committed.analyst)
        until(lambda: "not being sealed" in caplog.text)
        memory_file(current()).write_text(kept)
        until(lambda: sealed_size() == entries(committed_db))
