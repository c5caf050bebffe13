# SPDX-License-Identifier: Apache-2.0
"""What is done with evidence after it arrived: a safe copy, and the looks of scanners; by a job."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from longwatch import ledger
from longwatch.core import actor
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.evidence import keyring
from longwatch.evidence.copies import RECIPE
from longwatch.evidence.events import CopyMade, ExhibitScanned
from longwatch.evidence.models import CopyState, Exhibit, Rendition, Scan, Verdict
from longwatch.evidence.rendering.choosing import BEGINNING, needs_all
from longwatch.evidence.rendering.copy import Unreadable, kind_of
from longwatch.evidence.rendering.process import MOST_ANSWER, copy_by_process
from longwatch.evidence.scanners import Scanner, scanners_set_up
from longwatch.evidence.sealing import Sealed
from longwatch.evidence.services.keeping import RecordKey, keep_sealed
from longwatch.evidence.store import store_of
from longwatch.evidence.unsealing import Unsealed, pieces
from longwatch.ledger.writing import columns_of

PAGE = 20
COPY_NOW = "evidence.copy_now"
DUE = "select * from evidence_work_due(%s, %s, %s, %s, %s)"
log = logging.getLogger(__name__)


def ask_for_copy(row: Exhibit) -> None:
    """Somebody waits for the safe copy of an exhibit: it is made next, once."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        job = app.configure_task(COPY_NOW, queueing_lock=f"{COPY_NOW} {row.id}")
        job.defer(org_id=str(row.org_id), exhibit_id=str(row.id))


def work_due(org_id: UUID, *, only: UUID | None = None, most: int = PAGE) -> int:
    """Make the copies and ask the scanners that are due in an organisation, or of one exhibit; returns of how many."""
    scanners = scanners_set_up()
    names = [each.name for each in scanners]
    rows = list(Exhibit.objects.raw(DUE, [org_id, RECIPE, names, only, most]))
    for row in rows:
        work_on(row, scanners)
    return len(rows)


def work_on(row: Exhibit, scanners: Sequence[Scanner]) -> None:
    """Make the copy of an exhibit and have it scanned, as far as either is missing."""
    state = _state(row)
    if state is None:
        return
    for scanner in scanners:
        if scanner.name not in state.scanners:
            _scan(row, state.secret, scanner)
    if not state.copied:
        _copy(row, state.secret)


@dataclass(frozen=True, slots=True)
class _State:
    copied: bool
    scanners: Sequence[str]
    secret: bytes


def _state(row: Exhibit) -> _State | None:
    with connection.cursor() as cursor:
        cursor.execute("select * from evidence_work_state(%s, %s)", [row.id, RECIPE])
        found = cursor.fetchone()
    if found is None:
        return None
    copied, scanners, wrapped, master = found
    try:
        return _State(copied, scanners, keyring.open_key(cast(UUID, row.key_id), bytes(wrapped), master))
    except keyring.Locked:
        log.warning("The key of exhibit %s does not open; nothing is made of it", row.id)
        return None


def _content(row: Exhibit, secret: bytes, most: int | None = None) -> Iterator[bytes]:
    with Unsealed(store_of(row.org_id).open(row.sealed_sha256), lambda _key: secret) as content:
        yield from pieces(content, 0, most)


def _copy(row: Exhibit, secret: bytes) -> None:
    by, made = actor.system(row.org_id), _unmade(row)
    try:
        packed = _packed(row, secret)
        blob = keep_sealed(row.org_id, RecordKey(cast(UUID, row.key_id), secret), [packed], MOST_ANSWER)
        _fill(made, row, kind_of(packed), blob)
    except Unreadable as refusal:
        made.state, made.why = CopyState.REFUSED, refusal.why
    except (OSError, LongwatchError) as error:
        log.warning("No copy was made of exhibit %s: %s", row.id, type(error).__name__)
        made.state, made.why = CopyState.FAILED, "failed"
    event = CopyMade(
        subject_id=made.id, record_id=None, compartment_id=row.compartment_id, number=row.number, file_name=row.name,
        sha256=row.sha256, state=made.state, why=made.why,
    )  # fmt: skip
    _keep("evidence_keep_rendition", made, event, by)


def _packed(row: Exhibit, secret: bytes) -> bytes:
    everything = needs_all(row.content_type)
    if everything and row.size > settings.PREVIEW_BYTES:
        raise Unreadable("too_large")
    return copy_by_process(_content(row, secret, None if everything else BEGINNING), row.content_type, size=row.size)


def _unmade(row: Exhibit) -> Rendition:
    return Rendition(
        org_id=row.org_id, compartment_id=row.compartment_id, exhibit_id=row.id, recipe=RECIPE,
        content_type="application/vnd.longwatch.copy", state=CopyState.READY,
    )  # fmt: skip


def _fill(made: Rendition, row: Exhibit, kind: str, blob: Sealed) -> None:
    made.kind, made.key_id, made.size, made.sha256 = kind, row.key_id, blob.size, blob.sha256
    made.sealed_sha256, made.sealed_size = blob.sealed_sha256, blob.sealed_size


def _scan(row: Exhibit, secret: bytes, scanner: Scanner) -> None:
    by = actor.system(row.org_id)
    try:
        found = scanner.look(_content(row, secret))
        verdict, names, engine = (Verdict.HIT if found.names else Verdict.CLEAN), ", ".join(found.names), found.engine
    except (OSError, LongwatchError, ValueError) as error:
        log.warning("%s could not look at exhibit %s: %s", scanner.name, row.id, error)
        verdict, names, engine = Verdict.FAILED, "", ""
    scan = Scan(
        org_id=row.org_id, compartment_id=row.compartment_id, exhibit_id=row.id, scanner=scanner.name,
        engine=engine[:120], verdict=verdict, found=names[:500],
    )  # fmt: skip
    event = ExhibitScanned(
        subject_id=scan.id, record_id=row.record_id if names else None, compartment_id=row.compartment_id,
        number=row.number, file_name=row.name, sha256=row.sha256, scanner=scanner.name, verdict=verdict,
        found=scan.found,
    )  # fmt: skip
    _keep("evidence_keep_scan", scan, event, by)


@transaction.atomic
def _keep(function: str, row: models.Model, event: ledger.Event, by: Actor) -> None:
    vars(row)["version"] = ledger.append(event, by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s)", [json.dumps(columns_of(row))])
