# SPDX-License-Identifier: Apache-2.0
"""Bundles are made by a job, and their files removed by another."""

from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.exchange.services.building import build
from longwatch.exchange.services.sweeping import remove, sweep


@app.task(name="exchange.build_bundle")
def build_bundle(export_id: str, account_id: str) -> str:
    """Make the bundle that somebody asked for; returns what became of it."""
    return str(build(UUID(export_id), UUID(account_id)) or "gone")


@app.task(name="exchange.remove_bundles")
def remove_bundles(exports: list[str]) -> int:
    """Remove the files of bundles whose content a disposal let go; returns how many there were."""
    return remove(UUID(each) for each in exports)


@app.periodic(cron="37 * * * *")
@app.task(name="exchange.sweep_bundles", queueing_lock="exchange.sweep_bundles")
def sweep_bundles(timestamp: int) -> int:
    """Remove the files of bundles whose time is over; returns how many."""
    return sweep()
