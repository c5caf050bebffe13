# SPDX-License-Identifier: Apache-2.0
"""Analyzers are run by a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.enrichment.services.analyzing import ANALYZE, run_analysis


@app.task(name=ANALYZE)
def analyze(analysis_id: str, account_id: str) -> str:
    """Ask what somebody wants to know; returns what became of it."""
    return run_analysis(UUID(analysis_id), UUID(account_id))
