# SPDX-License-Identifier: Apache-2.0
"""A bundle leaves: recorded before the first byte."""

from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotAllowed
from longwatch.exchange import selectors
from longwatch.exchange.events import ExportDownloaded
from longwatch.exchange.models import Export
from longwatch.exchange.services.building import file_of


@transaction.atomic
def hand_out(export_id: UUID, *, by: Actor) -> Export:
    """The bundle, its download recorded. Only for whoever asked for it, and only while they see all that is in it.

    Refuses (409) one whose content was let go since, or is about to, and one with a file found dangerous since.
    """
    row = selectors.export(export_id, by)
    if row.requested_by_id != by.id:
        raise NotAllowed("Only the person who asked for this bundle can download it.", code="not_yours")
    if not selectors.sees_all_of(row):
        raise NotAllowed("You can no longer see everything that is in this bundle.", code="no_longer_inside")
    selectors.refuse_recalled(row.record_id, row.requested_at)
    if not row.is_there or not file_of(row).exists():
        raise Conflict("There is no file: the bundle is not ready, or its time is over.", code="no_file")
    selectors.refuse_endangered(row)
    event = ExportDownloaded(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, audience=row.audience,
        recipient=row.recipient, tagmanifest_sha256=row.tagmanifest_sha256,
    )  # fmt: skip
    ledger.append(event, by=by)
    return row
