# SPDX-License-Identifier: Apache-2.0
"""Every time an exhibit is handed out, the chain of custody grows by one link, before the first byte leaves."""

from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence import selectors
from longwatch.evidence.events import ExhibitDownloaded, ExhibitViewed
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit


@transaction.atomic
def hand_out(exhibit_id: UUID, *, viewed: bool = False, by: Actor) -> Exhibit:
    """The exhibit, entered into its chain of custody as viewed or downloaded by the actor."""
    row = selectors.exhibit(exhibit_id)
    require(by, Permission.EVIDENCE_READ)
    link = CustodyEvent(
        org_id=row.org_id, compartment_id=row.compartment_id, exhibit_id=row.id, actor_id=by.id, actor_label=by.label,
        kind=CustodyKind.VIEWED if viewed else CustodyKind.DOWNLOADED,
    )  # fmt: skip
    event = (ExhibitViewed if viewed else ExhibitDownloaded)(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        file_name=row.name, sha256=row.sha256,
    )  # fmt: skip
    ledger.record_created(event, by=by, row=link)
    return row
