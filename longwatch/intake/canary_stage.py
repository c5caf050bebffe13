# SPDX-License-Identifier: Apache-2.0
"""The last stage of the engine: canaries that came through all the others."""

from collections.abc import Sequence
from typing import Any

import psycopg

from longwatch.intake.settling import Arrived

MARK = """
update intake_canary c set settled_at = clock_timestamp(), signal_id = s.id, entry_id = coalesce(c.entry_id, s.version),
       stored_at = coalesce(c.stored_at, s.first_seen)
  from intake_signal s
 where s.id = any(%s) and c.source_id = s.source_id and c.key = s.dedup_key and c.settled_at is null
"""


def mark_canaries(connection: psycopg.Connection[Any], arrived: Sequence[Arrived]) -> None:
    """Note that they were settled."""
    if canaries := [each.id for each in arrived if each.canary]:
        connection.execute(MARK, [canaries])
