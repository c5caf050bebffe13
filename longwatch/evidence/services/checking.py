# SPDX-License-Identifier: Apache-2.0
"""Whether the stored bytes are still those that were received: looked at by a job, in turn, and by whoever asks."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import actor, clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.evidence import selectors
from longwatch.evidence.events import ExhibitDamaged
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.custody import link, unwritten
from longwatch.evidence.store import Check, check_sealed
from longwatch.evidence.unsealing import Damaged, pieces
from longwatch.ledger.writing import columns_of

# Every blob is read again this often at the latest, so many in one run of the job.
EVERY = timedelta(days=30)
PAGE = 500
DUE = "select * from evidence_checks_due(%s, %s, %s)"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A stored file to look at, with what the last look found."""

    id: UUID
    compartment_id: UUID
    record_id: UUID
    number: int
    name: str
    sha256: str
    sealed_sha256: str
    found: str | None


def check_due(org_id: UUID, *, every: timedelta = EVERY, most: int = PAGE) -> tuple[int, int]:
    """Read the sealed bytes that nobody has looked at for longest; how many, and how many of them are wrong.

    A fault enters the chain of custody when it is found, not again at each look.
    """
    by, wrong, rows = actor.system(org_id), 0, _due(org_id, every, most)
    for due in rows:
        found = check_sealed(org_id, due.sealed_sha256)
        wrong += found != Check.INTACT
        with transaction.atomic():
            _keep(due, found, by)
    return len(rows), wrong


@transaction.atomic
def verify(exhibit_id: UUID, *, by: Actor) -> CustodyEvent:
    """Read an exhibit's content from end to end; the result is a link of its chain of custody."""
    row = selectors.exhibit(exhibit_id)
    require(by, Permission.EVIDENCE_READ)
    if row.is_physical:
        raise NotFound("This exhibit is a thing: there is no file to read.")
    found = _content(row)
    if found == Check.INTACT:
        return link(row, CustodyKind.VERIFIED, by=by)
    return link(row, CustodyKind.DAMAGED, said={"found": str(found)}, reason=str(found), by=by)


def _content(row: Exhibit) -> Check:
    digest = hashlib.sha256()
    try:
        with open_exhibit(row) as content:
            for piece in pieces(content):
                digest.update(piece)
    except Damaged:
        sealed = check_sealed(row.org_id, row.sealed_sha256) if row.sealed_sha256 else Check.MISSING
        return Check.CHANGED if sealed == Check.INTACT else sealed
    return Check.INTACT if digest.hexdigest() == row.sha256 else Check.CHANGED


def _due(org_id: UUID, every: timedelta, most: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [org_id, clock.now() - every, most])
        return [Due(*row) for row in cursor.fetchall()]


def _keep(due: Due, found: Check, by: Actor) -> None:
    custody = None
    if found != Check.INTACT:
        log.error("The stored bytes of exhibit %s are %s", due.id, found)
        custody = _fault(due, found, by) if due.found in (None, Check.INTACT) else None
    with connection.cursor() as cursor:
        parameters: list[Any] = [due.id, str(found), clock.now(), json.dumps(custody) if custody else None]
        cursor.execute("select evidence_keep_check(%s, %s, %s, %s)", parameters)


def _fault(due: Due, found: Check, by: Actor) -> dict[str, Any]:
    row = Exhibit(id=due.id, org_id=by.org_id, compartment_id=due.compartment_id)
    fault = unwritten(row, CustodyKind.DAMAGED, reason=str(found), by=by)
    event = ExhibitDamaged(
        subject_id=due.id, record_id=due.record_id, compartment_id=due.compartment_id, number=due.number,
        file_name=due.name, sha256=due.sha256, found=str(found),
    )  # fmt: skip
    fault.version = ledger.append(event, by=by, row=fault)
    return columns_of(fault)
