# SPDX-License-Identifier: Apache-2.0
"""Sending a test signal the whole way in, and looking whether it is in the inbox."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotAllowed, NotFound
from longwatch.intake import selectors
from longwatch.intake.canary_models import WITHIN, Canary, CanaryWay
from longwatch.intake.canary_rules import canary_body, lost_words
from longwatch.intake.inbox import InboxFilter, inbox
from longwatch.intake.models import DismissReason, Signal, Source
from longwatch.intake.quiet_selectors import rule_of
from longwatch.intake.rules import dedup_key
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.triage import dismiss
from longwatch.intake.submission import DOCUMENTED, read
from longwatch.intake.triage_rules import IN_INBOX

MOST_LISTED = 10
LONGEST_REASON = 300


@transaction.atomic
def send_canary(source_id: UUID, *, way: CanaryWay = CanaryWay.OWN, by: Actor) -> Canary:
    """Send a marked test signal of a source through all that its signals go through; one for the front door is only
    prepared: whoever has a token sends `canary_body`. Refuses (403) who does not judge the source's signals."""
    source = selectors.source(by, source_id)
    require(by, Permission.SIGNAL_TRIAGE)
    if source.compartment_id not in dict(selectors.reading_compartments()):
        raise NotAllowed(_("A canary is sent by somebody who judges this source's signals."), code="not_a_reader")
    canary = Canary(org_id=by.org_id, source_id=source.id, account_id=by.id, way=way)
    body = canary_body(canary.id, canary.sent_at)
    canary.key = dedup_key(source.id, read(body), source.dedup_fields, body)
    canary.save(force_insert=True)
    if way != CanaryWay.DOOR:
        _send(canary, source, body, by)
    return canary


def _send(canary: Canary, source: Source, body: bytes, by: Actor) -> None:
    # In our own form, which a source that sends one format alone would not recognise.
    source.format = DOCUMENTED if source.format != "auto" else source.format
    try:
        with transaction.atomic():
            received = receive(source, body, by=by)
    except LongwatchError as refusal:
        _fail(canary, refusal.sentence)
        return
    canary.signal_id, canary.stored_at = received.signal_id, clock.now()
    canary.entry_id = Signal.objects.values_list("version", flat=True).get(id=received.signal_id)
    canary.save(update_fields=["signal_id", "stored_at", "entry_id"])


@transaction.atomic
def look_for_canary(canary_id: UUID, *, by: Actor) -> Canary:
    """Look whether a canary came through; when it did, or took too long, it is over and closed as a drill."""
    canary = Canary.objects.select_for_update().filter(org_id=by.org_id, id=canary_id).first()
    if canary is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    if canary.is_over:
        return canary
    signal = Signal.objects.filter(id=canary.signal_id).first() if canary.signal_id else None
    if canary.settled_at and signal is not None:
        _judge(canary, signal, by)
    elif clock.now() - canary.sent_at > WITHIN:
        _fail(canary, lost_words(canary.stored_at is not None))
    else:
        return canary
    if signal is not None and signal.status in IN_INBOX:
        dismiss(signal.id, DismissReason.DRILL, _("Canary"), by=by)
    return canary


def _judge(canary: Canary, signal: Signal, by: Actor) -> None:
    """Whether whoever looks finds it in the inbox."""
    if signal.suppression_id is not None:
        rule = rule_of(signal.suppression_id)
        _fail(canary, _("It is kept quiet by the rule “%(name)s”.") % {"name": rule.name if rule else "?"})
    elif inbox(by, InboxFilter()).row(signal.id) is None:
        _fail(canary, _("It was stored and settled, and it is not in the inbox."))
    else:
        canary.seen_at = clock.now()
        canary.save(update_fields=["seen_at"])


def _fail(canary: Canary, reason: str) -> None:
    canary.failed_at, canary.reason = clock.now(), reason[:LONGEST_REASON]
    canary.save(update_fields=["failed_at", "reason"])


def canaries_of(source_id: UUID, by: Actor) -> Sequence[Canary]:
    """The newest canaries of a source."""
    rows = Canary.objects.filter(org_id=by.org_id, source_id=source_id)
    return list(rows.order_by("-sent_at", "-id")[:MOST_LISTED])
