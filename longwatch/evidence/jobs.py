# SPDX-License-Identifier: Apache-2.0
"""What has to happen to evidence from time to time, without anybody asking."""

from procrastinate.contrib.django import app

from longwatch.access.models import Organisation
from longwatch.evidence.services.sweeping import sweep


@app.periodic(cron="41 4 * * *")
@app.task(name="evidence.sweep_orphans", queueing_lock="evidence.sweep_orphans")
def sweep_orphans(timestamp: int) -> int:
    """Remove the bytes that no exhibit of any organisation needs; returns how many files."""
    return sum(sweep(org_id) for org_id in Organisation.objects.values_list("id", flat=True))
