# SPDX-License-Identifier: Apache-2.0
"""Taking the six answers about a record away as a file."""

import hashlib

from django.db import transaction

from longwatch import ledger
from longwatch.core.actor import Actor
from longwatch.records.briefing import Briefing
from longwatch.records.briefing_pdf import briefing_pdf
from longwatch.records.events import BriefingExported
from longwatch.records.reference import RecordRef


@transaction.atomic
def export_pdf(record: RecordRef, briefing: Briefing, *, base_url: str, paper: str = "a4", by: Actor) -> bytes:
    """The briefing as PDF; the ledger keeps who took it and the hash of the file. The record does not change."""
    pdf = briefing_pdf(briefing, base_url=base_url, paper=paper)
    event = BriefingExported(
        subject_id=record.id, record_id=record.id, compartment_id=record.compartment_id,
        format="pdf", file_sha256=hashlib.sha256(pdf).hexdigest(),
    )  # fmt: skip
    ledger.append(event, by=by)
    return pdf
