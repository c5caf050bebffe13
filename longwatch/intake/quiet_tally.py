# SPDX-License-Identifier: Apache-2.0
"""Counting what rules keep quiet: a stage of the engine, so that no sender waits for another's count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from longwatch.intake.settling import Arrived

COUNT = """
insert into intake_quiet_tally as t (suppression_id, org_id, compartment_id, times, last_at)
values (%s, %s, %s, %s, %s)
on conflict (suppression_id) do update set
  times = t.times + excluded.times, last_at = greatest(t.last_at, excluded.last_at)
"""


def count_kept_quiet(connection: psycopg.Connection[Any], arrived: Sequence[Arrived]) -> None:
    """Add what came to the counts of the rules that keep it quiet."""
    counts: dict[UUID, tuple[UUID, UUID, UUID, int, datetime]] = {}
    for each in arrived:
        if each.suppression_id is None:
            continue
        *_, times, last = counts.get(each.suppression_id, (0, each.last_seen))
        counts[each.suppression_id] = (
            each.suppression_id, each.org_id, each.compartment_id, times + each.arrivals, max(last, each.last_seen),
        )  # fmt: skip
    if counts:
        connection.cursor().executemany(COUNT, list(counts.values()))
