# SPDX-License-Identifier: Apache-2.0
"""Approved disposals are carried out by a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.lifecycle import sentences  # noqa: F401  Every process loads the jobs, and so what histories tell of these.
from longwatch.lifecycle.services.erasing import carry_out


@app.task(name="lifecycle.carry_out")
def carry_out_disposal(disposal_id: str) -> str:
    """Carry out an approved disposal, or wait for somebody to take it up; returns what became of it."""
    return carry_out(UUID(disposal_id))
