# SPDX-License-Identifier: Apache-2.0
"""Bodies that are kept whole: keeping them, and reading them again when a mapping was mended."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DataError, connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, refuse_stale
from longwatch.intake import selectors
from longwatch.intake.arrival import Received, SourceFacts, arrive
from longwatch.intake.delivery_models import Delivery, DeliveryState, Way
from longwatch.intake.events import DeliveryReplayed
from longwatch.intake.keeping import KEEP, Kept, keeping, left_over
from longwatch.intake.models import Source
from longwatch.intake.opening import Opened, open_parts
from longwatch.intake.services.receiving import facts
from longwatch.intake.statement import JSON, RECEIVE, outcomes, parameters
from longwatch.web.live import announce

# Arrivals stored by one statement, as the short way does.
CHUNK = 250
# Bodies read again in one transaction.
AT_ONCE = 20
REPLAY_ALL = "intake.replay_all"
WAITING = "select 1 from procrastinate_jobs where lock = %s and status in ('todo', 'doing') limit 1"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What reading again gave: bodies that could be read, their signals, and bodies that still cannot be read."""

    bodies: int = 0
    signals: int = 0
    unreadable: int = 0

    def __add__(self, other: "Replayed") -> "Replayed":
        return Replayed(
            self.bodies + other.bodies, self.signals + other.signals, self.unreadable + other.unreadable
        )  # fmt: skip


def keep_delivery(source: SourceFacts, kept: Kept, *, by: Actor) -> UUID:
    """Keep a body whole, with its entry in the ledger; the same bytes that failed before are kept once."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, keeping(source, kept, by))
        (identity,) = cursor.fetchone()
        return UUID(str(identity))


def store_opened(
    source: Source, opened: Sequence[Opened], *, content_type: str = JSON, by: Actor
) -> list[Received]:  # fmt: skip
    """Store the signals that were read from one body; refuses while the source is switched off."""
    if not source.enabled:
        raise NotAllowed("This source is switched off.", code="source_disabled")
    known = facts(source)
    arrivals = [arrive(known, each.signal, each.raw, read_as=each.format) for each in opened]
    received: list[Received] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(arrivals), CHUNK):
            part = arrivals[start : start + CHUNK]
            cursor.execute(RECEIVE, parameters(by, known, part, content_type=content_type))
            received += outcomes(part, cursor.fetchall())
        announce("inbox", source.compartment_id, new=sum(each.created for each in received))
    return received


@transaction.atomic
def replay_delivery(delivery_id: UUID, *, expected_version: int | None = None, by: Actor) -> Replayed:
    """Read a body again that could not be read; refuses (422) when that is still so, (409) when it was read already."""
    delivery = _locked(delivery_id, by)
    refuse_stale(delivery.version, expected_version)
    if delivery.state != DeliveryState.FAILED:
        raise Conflict("This was read already.", code="delivery_read")
    replayed = _replay(delivery, by)
    if not replayed.bodies:
        raise Invalid(f"It still cannot be read: {delivery.reason}")
    return replayed


def ask_replay(source_id: UUID, *, by: Actor) -> None:
    """Have all bodies of a source read again that could not be read, by a job; asking twice changes nothing."""
    selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    job = app.configure_task(REPLAY_ALL, queueing_lock=_lock_of(source_id), lock=_lock_of(source_id))
    # It waits already: what it reads is what could not be read when its turn comes.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(source_id=str(source_id), account_id=str(by.id))


def is_replaying(source_id: UUID) -> bool:
    """Whether a job reads the bodies of a source again, or is about to."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [_lock_of(source_id)])
        return cursor.fetchone() is not None


def run_replay(source_id: UUID, account_id: UUID) -> Replayed:
    """The job: as the one who asked, who may have left or lost the right meanwhile."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    return replay_all(source_id, by=actor_of(account)) if account is not None else Replayed()


def replay_all(source_id: UUID, *, by: Actor) -> Replayed:
    """Read all bodies of a source again that could not be read, the oldest first.

    Some at a time, each time durably: whatever ends in between, those that were read are not read once more.
    """
    require(by, Permission.SOURCE_MANAGE)
    began = clock.now()
    total, last = Replayed(), None
    while True:
        with acting_as(by):
            failed = Delivery.objects.filter(
                org_id=by.org_id, source_id=source_id, state=DeliveryState.FAILED, at__lte=began
            )
            if last is not None:
                failed = failed.filter(Q(at__gt=last.at) | Q(at=last.at, id__gt=last.id))
            rows = failed.select_for_update(of=("self",), skip_locked=True).select_related("source")
            some = list(rows.order_by("at", "id")[:AT_ONCE])
            for delivery in some:
                total += _replay_if_storable(delivery, by)
        if len(some) < AT_ONCE:
            return total
        last = some[-1]
        log.info("Read again so far: %s bodies with %s signals", total.bodies, total.signals)


def _replay_if_storable(delivery: Delivery, by: Actor) -> Replayed:
    """One body that the database cannot take holds up no other."""
    try:
        with transaction.atomic():
            return _replay(delivery, by)
    except DataError:
        log.warning("Body %s can be read now, and cannot be stored", delivery.id)
        return Replayed(unreadable=1)


def _lock_of(source_id: UUID) -> str:
    return f"intake.replay {source_id}"


def _locked(delivery_id: UUID, by: Actor) -> Delivery:
    found = Delivery.objects.select_for_update(of=("self",)).select_related("source")
    delivery = found.filter(id=delivery_id, org_id=by.org_id).first()
    if delivery is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    return delivery


def _replay(delivery: Delivery, by: Actor) -> Replayed:
    """Store what can be read now; what is left of a body of several parts is kept anew."""
    source, raw = delivery.source, bytes(delivery.raw)
    contents = open_parts(raw, facts(source), content_type=delivery.content_type, received_at=delivery.at)
    if not contents.opened:
        delivery.reason = contents.reason
        return Replayed(unreadable=1)
    store_opened(source, [_dated(each, delivery.at) for each in contents.opened],
                 content_type=delivery.content_type, by=by)  # fmt: skip
    delivery.state, delivery.signals = DeliveryState.REPLAYED, len(contents.opened)
    delivery.operation_id = by.operation_id
    event = DeliveryReplayed(
        subject_id=delivery.id, compartment_id=delivery.compartment_id, source=source.name, signals=delivery.signals,
        left=len(contents.left),
    )  # fmt: skip
    ledger.record(event, by=by, row=delivery, fields=["state", "signals", "operation_id"])
    if contents.left:
        for part in left_over(contents.left, delivery.content_type, Way(delivery.way)):
            keep_delivery(facts(source), part, by=by)
    return Replayed(bodies=1, signals=delivery.signals, unreadable=bool(contents.left))


def _dated(opened: Opened, at: datetime) -> Opened:
    """What does not say when it happened, happened when its body came, not when it could be read."""
    if opened.signal.occurred_at is None:
        opened.signal.occurred_at = at
    return opened
