# SPDX-License-Identifier: Apache-2.0
"""What the ledger says about a subject, for tests of services."""

from typing import Any
from uuid import UUID

from longwatch.ledger.models import LedgerDetail, LedgerEntry


def actions(subject_id: UUID) -> list[str]:
    """The verbs about a subject that the present context may read, oldest first."""
    return [entry.action for entry in LedgerEntry.objects.filter(subject_id=subject_id).order_by("id")]


def newest_details(subject_id: UUID) -> dict[str, Any]:
    """The opened values of the newest entry about a subject."""
    entry = LedgerEntry.objects.filter(subject_id=subject_id).latest("id")
    return {name: opening.get("value") for name, opening in LedgerDetail.objects.get(entry_id=entry.id).fields.items()}
