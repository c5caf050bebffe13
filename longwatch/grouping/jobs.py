# SPDX-License-Identifier: Apache-2.0
"""Rules are tried by a job, and what is long over is cleaned away by one."""

from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.core.postgres.address import ENGINE
from longwatch.grouping.cleaning import clean
from longwatch.grouping.services.trying import run_trial
from longwatch.ledger.connecting import as_role


@app.task(name="grouping.try_rule")
def try_rule(trial_id: str, account_id: str) -> str:
    """Try the rule that somebody asked for; returns what became of it."""
    return run_trial(UUID(trial_id), UUID(account_id))


@app.periodic(cron="37 * * * *")
@app.task(name="grouping.clean", queueing_lock="grouping.clean")
def clean_away(timestamp: int) -> int:
    """Remove derived rows that are long over; returns how many."""
    with as_role(ENGINE) as engine:
        return clean(engine)
