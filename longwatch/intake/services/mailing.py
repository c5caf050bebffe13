# SPDX-License-Identifier: Apache-2.0
"""Taking mails, in one transaction each: signal and evidence, or the mail as it is when it cannot be read."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import DataError, connection, transaction

from longwatch.core import clock
from longwatch.core.actor import Actor, system
from longwatch.core.errors import LongwatchError, NotAllowed
from longwatch.evidence.services.receiving import add_public_attachment
from longwatch.intake.arrival import Received
from longwatch.intake.delivery_models import Way
from longwatch.intake.keeping import Kept
from longwatch.intake.models import SignalKind, Source
from longwatch.intake.opening import Opened, open_whole
from longwatch.intake.services.deliveries import keep_delivery, store_opened
from longwatch.intake.services.receiving import facts
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

MAIL = "message/rfc822"
NAME = "mail.eml"
UNSTORABLE = "The database could not store what was read from it."
UNREADABLE = "Reading it failed, which is a mistake of Longwatch. The mail is kept."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: its signal; or why it was kept as it is."""

    signal_id: UUID | None = None
    created: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MailFile:
    """A mail as a file on its way into evidence."""

    raw: bytes
    name: str | None = NAME

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.raw)

    def chunks(self) -> Iterator[bytes]:
        """The bytes, piece by piece."""
        for at in range(0, len(self.raw), 1 << 20):
            yield self.raw[at : at + (1 << 20)]


def source_of_address(recipient: str) -> Source | None:
    """The source that mails to an address belong to, asked while nobody is signed in; None when it is nobody's."""
    return next(iter(Source.objects.raw("select * from intake_mail_source(%s)", [recipient])), None)


def source_of_mailbox(mailbox_id: UUID) -> Source | None:
    """The source of a mailbox that is read; None when it was closed."""
    return next(iter(Source.objects.raw("select * from intake_mailbox_source(%s)", [mailbox_id])), None)


def take_mail(source: Source, raw: bytes, *, mailbox_id: UUID | None = None) -> Taken:
    """Store a mail; one that cannot be read is kept byte for byte. Durable when this returns outside a transaction.

    A mail of a mailbox that was taken from it before is not taken again. Refuses while the source is switched off.
    """
    if not source.enabled:
        raise NotAllowed("This source is switched off.", code="source_disabled")
    by = system(source.org_id, via="mail").through("mail")
    try:
        with transaction.atomic():
            if mailbox_id is not None and not _is_new(mailbox_id, raw):
                return Taken(reason="taken before")
            return _store(source, raw, by)
    except DataError:
        log.warning("A mail could not be stored and is kept", exc_info=True)
    with transaction.atomic():
        if mailbox_id is not None:
            _is_new(mailbox_id, raw)
        return keep_mail(source, raw, UNSTORABLE, by=by)


def keep_mail(source: Source, raw: bytes, reason: str, *, by: Actor | None = None) -> Taken:
    """Keep bytes as they are, for somebody to look at."""
    by = by or system(source.org_id, via="mail").through("mail")
    keep_delivery(facts(source), Kept(raw, MAIL, Way.MAIL, reason=reason), by=by)
    return Taken(reason=reason)


def _store(source: Source, raw: bytes, by: Actor) -> Taken:
    try:
        opened = open_whole(raw, facts(source), content_type=MAIL, received_at=clock.now()).opened
    except LongwatchError as refusal:
        return keep_mail(source, raw, refusal.sentence, by=by)
    except Exception:
        # Whatever a hostile mail does to a parser ends here: nothing is lost, and the next mail is taken.
        log.exception("A mail could not be read and is kept")
        return keep_mail(source, raw, UNREADABLE, by=by)
    received = store_opened(source, opened, content_type=MAIL, by=by)
    attach_mails(source, opened, received, by=by)
    return Taken(received[0].signal_id, received[0].created)


def attach_mails(source: Source, opened: Sequence[Opened], received: Sequence[Received], *, by: Actor) -> None:
    """Keep each mail that made a new report as evidence, too, sealed as what reporters attach is."""
    for each, outcome in zip(opened, received, strict=True):
        kind = each.signal.kind or source.kind
        if kind == SignalKind.REPORT and outcome.created:
            title = each.signal.title
            ref = RecordRef(
                RecordKind.SIGNAL, outcome.signal_id, source.org_id, source.compartment_id, "", title, False
            )
            add_public_attachment(ref, MailFile(each.raw), name=NAME, by=by)


def _is_new(mailbox_id: UUID, raw: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select intake_mailbox_take(%s, %s)", [mailbox_id, hashlib.sha256(raw).digest()])
        return bool(cursor.fetchone()[0])
