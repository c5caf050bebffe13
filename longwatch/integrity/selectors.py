# SPDX-License-Identifier: Apache-2.0
"""How the ledger stands: what is sealed, what waits, since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from longwatch.core import clock
from longwatch.ledger import proofs
from longwatch.ledger.checkpoint import Checkpoint

STANDING = "select sealed, sealed_at, waiting, oldest from ledger_standing()"
# The sequencer seals within seconds; more than this and something stands in its way.
LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many entries are sealed, when the last of them was made, how many wait, and since when."""

    sealed: int
    sealed_at: datetime | None
    waiting: int
    oldest: datetime | None

    @property
    def lag(self) -> timedelta:
        """How long the oldest unsealed entry has waited."""
        return max(clock.now() - self.oldest, timedelta(0)) if self.oldest else timedelta(0)

    @property
    def is_late(self) -> bool:
        """Whether sealing is behind."""
        return self.lag > LATE


def standing() -> Standing:
    """The numbers of the whole installation; no content of anybody."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        return Standing(*cursor.fetchone())


def newest_checkpoints(most: int) -> list[Checkpoint]:
    """The newest checkpoints."""
    return proofs.checkpoints(limit=most)
