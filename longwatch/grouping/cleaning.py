# SPDX-License-Identifier: Apache-2.0
"""What is derived and long over is cleaned away, some at a time, as the engine; what people decided stays."""

import time

from longwatch.grouping.habits import HOUR
from longwatch.ledger.connecting import Connection

# A judged group keeps its words and counts; who was in it is forgotten after so long. Its signals stay.
MEMBER_DAYS, HABIT_DAYS, TRIAL_DAYS = 180, 90, 90
AT_ONCE, MOST_ROUNDS = 5000, 20

MEMBERS = """
delete from grouping_member where id in (
  select m.id from grouping_group g join grouping_member m on m.group_id = g.id
   where g.ended_at < now() - %(days)s * interval '1 day' and g.state <> 'open' limit %(most)s)
"""
HABITS = """
delete from grouping_habit h using (
  select compartment_id, key from grouping_habit where hour < %(hour)s limit %(most)s) old
 where h.compartment_id = old.compartment_id and h.key = old.key
"""
TRIALS = """
delete from grouping_trial where id in (
  select id from grouping_trial where asked_at < now() - %(days)s * interval '1 day' limit %(most)s)
"""


def clean(connection: Connection) -> int:
    """Remove what is long over, a bounded part of it each time; how many rows."""
    hour = int((time.time() - HABIT_DAYS * 24 * HOUR) // HOUR)
    return (
        _remove(connection, MEMBERS, {"days": MEMBER_DAYS})
        + _remove(connection, HABITS, {"hour": hour})
        + _remove(connection, TRIALS, {"days": TRIAL_DAYS})
    )


def _remove(connection: Connection, statement: str, about: dict[str, int]) -> int:
    removed = 0
    for _round in range(MOST_ROUNDS):
        found = connection.execute(statement, {**about, "most": AT_ONCE}).rowcount
        removed += found
        if found < AT_ONCE:
            break
    return removed
