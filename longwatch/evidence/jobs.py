# SPDX-License-Identifier: Apache-2.0
"""What has to happen to evidence from time to time, without anybody asking."""

from collections.abc import Iterator
from uuid import UUID

from procrastinate.contrib.django import app

from longwatch.access.models import Organisation
from longwatch.evidence.services.checking import check_due
from longwatch.evidence.services.rendering import COPY_NOW, work_due
from longwatch.evidence.services.sealing_old import seal_old
from longwatch.evidence.services.sweeping import forget_uploads, sweep


@app.periodic(cron="41 4 * * *")
@app.task(name="evidence.sweep_orphans", queueing_lock="evidence.sweep_orphans")
def sweep_orphans(timestamp: int) -> int:
    """Remove the bytes that no exhibit of any organisation needs; returns how many files."""
    forget_uploads()
    return sum(sweep(org_id) for org_id in _organisations())


@app.periodic(cron="*/10 * * * *")
@app.task(name="evidence.seal_old", queueing_lock="evidence.seal_old", lock="evidence.seal_old")
def seal_older_files(timestamp: int) -> int:
    """Seal the files that an older version kept unsealed; returns how many. Nothing to do once all are."""
    return sum(seal_old(org_id) for org_id in _organisations())


@app.periodic(cron="11 * * * *")
@app.task(name="evidence.check_blobs", queueing_lock="evidence.check_blobs", lock="evidence.check_blobs")
def check_blobs(timestamp: int) -> int:
    """Read again the stored bytes that nobody has looked at for longest; returns how many are wrong."""
    return sum(check_due(org_id)[1] for org_id in _organisations())


@app.periodic(cron="* * * * *")
@app.task(name="evidence.copies", queueing_lock="evidence.copies", lock="evidence.copies")
def make_copies(timestamp: int) -> int:
    """Make the safe copies and ask the scanners that are due; returns of how many exhibits."""
    return sum(work_due(org_id) for org_id in _organisations())


@app.task(name=COPY_NOW)
def make_copy_now(org_id: str, exhibit_id: str) -> int:
    """Make the safe copy of an exhibit that somebody is waiting for."""
    return work_due(UUID(org_id), only=UUID(exhibit_id))


def _organisations() -> Iterator[UUID]:
    yield from Organisation.objects.values_list("id", flat=True)
