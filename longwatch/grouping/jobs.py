# SPDX-License-Identifier: Apache-2.0
"""Rules are tried by a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.grouping.services.trying import run_trial


@app.task(name="grouping.try_rule")
def try_rule(trial_id: str, account_id: str) -> str:
    """Try the rule that somebody asked for; returns what became of it."""
    return run_trial(UUID(trial_id), UUID(account_id))
