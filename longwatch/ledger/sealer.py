# SPDX-License-Identifier: Apache-2.0
"""Seals whatever is new, again and again, in a thread of the worker."""

from longwatch.core.tracing import span
from longwatch.core.watching import Watcher
from longwatch.ledger.sealing import desk, sealed
from longwatch.ledger.sequencer import is_waiting, sequence

# No entry waits longer than this, the work itself apart.
LOOK_SECONDS = 5.0


class Sealer(Watcher):
    """Looks every few seconds; entries that wait get their places and a checkpoint. What fails is said and retried."""

    name = "sealer"
    complaint = "The ledger is not being sealed."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Seal at once what an earlier end left, then whatever comes; one connection for as long as it holds."""
        with desk() as own:
            unsealed = True
            while not self.is_stopping():
                if unsealed or is_waiting(own.connection):
                    with span("seal"), own.signing():
                        sequence(own.connection)
                        sealed(own)
                    unsealed = False
                self.rest()
