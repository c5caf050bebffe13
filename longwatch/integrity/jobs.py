# SPDX-License-Identifier: Apache-2.0
"""What keeps the proof alive without anybody asking: anchoring, and verifying every night."""

from procrastinate.contrib.django import app

from longwatch.integrity.runs import run_now
from longwatch.ledger.anchors.keeping import keep_newest


@app.periodic(cron="* * * * *")
@app.task(name="integrity.anchor", queueing_lock="integrity.anchor")
def anchor(timestamp: int) -> int:
    """Keep the newest checkpoint wherever it is not kept yet; what failed is tried again a minute later."""
    return keep_newest()


@app.periodic(cron="7 3 * * *")
@app.task(name="integrity.verify", queueing_lock="integrity.verify")
def verify(timestamp: int) -> int:
    """Verify everything, store what came of it, and return the exit status."""
    return run_now().status
