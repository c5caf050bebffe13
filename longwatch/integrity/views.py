# SPDX-License-Identifier: Apache-2.0
"""The page for auditors: how far the ledger is sealed and anchored, and what verifying found last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.evidence.selectors import checks_told
from longwatch.evidence.services.checking import EVERY
from longwatch.integrity.runs import runs
from longwatch.integrity.selectors import newest_checkpoints, standing
from longwatch.ledger import proofs
from longwatch.ledger.anchors.keeping import states

SHOWN = 10
ANCHORS = {
    "file": _("File"),
    "s3": _("Bucket with object lock"),
    "timestamp": _("Time-stamp authority"),
    "witness": _("Witness"),
    "git": _("Git repository"),
    "mail": _("Mail"),
}


@require_GET
def integrity(request: HttpRequest) -> HttpResponse:
    """What is sealed, what is anchored and where, whose keys sign, what the last verification said."""
    actor = require_reading(actor_in(request), Permission.LEDGER_READ)
    checkpoints = newest_checkpoints(SHOWN)
    anchors = states()
    return render(
        request,
        "integrity/page.html",
        {
            "standing": standing(),
            "checkpoints": checkpoints,
            "newest": checkpoints[0] if checkpoints else None,
            "anchors": [{"state": each, "name": ANCHORS.get(each.name, each.name)} for each in anchors],
            "alarm": any(each.alarm for each in anchors),
            "keys": proofs.keys(),
            "runs": runs(5),
            "bytes": checks_told(clock.now() - EVERY),
            "every_days": EVERY.days,
            "section": "integrity",
            "administrator": actor.may(Permission.ACCOUNT_ADMINISTER),
        },
    )
