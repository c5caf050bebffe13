# SPDX-License-Identifier: Apache-2.0
"""Attachments of stored e-mails become exhibits of their own: read by the confined process, told in both chains."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, TooLarge
from longwatch.evidence import selectors
from longwatch.evidence.copies import dangers_of
from longwatch.evidence.models import CustodyKind, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.rendering.copy import Unreadable, printable
from longwatch.evidence.rendering.process import attachment_by_process
from longwatch.evidence.selectors import TAKEN_WITH
from longwatch.evidence.services.custody import link
from longwatch.evidence.services.keeping import keep_sealed, key_of
from longwatch.evidence.services.receiving import add_sealed
from longwatch.evidence.unsealing import pieces
from longwatch.records.reference import RecordRef, within

MAIL = "message/rfc822"
MOST = 100
REFUSALS = {
    "no_attachment": "The message has no such attachment.",
    "too_long": "Reading the message took too long. Download it to look at it elsewhere.",
    "too_much_memory": "Reading the message took too much memory. Download it to look at it elsewhere.",
}
BROKEN = "The message is broken: this attachment could not be read."


@transaction.atomic
def take_out(record: RecordRef, exhibit_id: UUID, number: int, *, by: Actor) -> Exhibit:
    """An attachment, counted from 0 as its safe copy lists it, becomes an exhibit where the message lies.

    Refuses (409) what is no e-mail, what was taken out before and more than 100 of one message; (413) messages too
    large to be read; (422) an attachment that cannot be read or is empty; a closed record. What was taken out of a
    dangerous message is marked as dangerous, too.
    """
    mail = _mail(record, exhibit_id, by)
    _refuse_again(mail, number)
    name, content = _attachment(mail, number)
    place = within(record, mail.compartment_id)
    key = key_of(place, by=by)
    sealed = keep_sealed(record.org_id, key, [content], settings.MAX_UPLOAD_BYTES)
    how = selectors.taken_from(mail, number)
    acquired = {"acquired_by": by.label, "acquired_at": clock.now(), "acquired_how": how, "acquired_tool": TAKEN_WITH}
    row = add_sealed(place, key.id, sealed, name=printable(name), note=how, by=by, acquired=acquired)
    # Marks only: custody stays when the record is disposed of, and leaves with exhibits whose other one is withheld.
    _tell(mail, f"became exhibit {row.mark}", by)
    _tell(row, f"from exhibit {mail.mark}", by)
    if dangers_of(mail):
        why = f"Taken out of exhibit {mail.mark}, which is dangerous."
        link(row, CustodyKind.MARKED, reason=why, said={"reason": why}, by=by)
    return row


def _tell(row: Exhibit, what: str, by: Actor) -> None:
    link(row, CustodyKind.EXTRACTED, reason=what, said={"reason": what}, by=by)


def _mail(record: RecordRef, exhibit_id: UUID, by: Actor) -> Exhibit:
    row = Exhibit.objects.select_for_update().filter(id=exhibit_id, record_id=record.id).first()
    if row is None:
        raise NotFound
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    record.refuse_when_closed("The attachment")
    if row.content_type != MAIL:
        raise Conflict("This exhibit is not an e-mail.", code="not_a_mail")
    if row.size > settings.PREVIEW_BYTES:
        raise TooLarge("The message is too large to be read here. Download it to look at it elsewhere.")
    return row


def _refuse_again(mail: Exhibit, number: int) -> None:
    taken = selectors.taken_out_of(mail)
    if number in taken:
        before = taken[number].mark
        raise Conflict(f"This attachment was taken out before: it is exhibit {before}.", code="already_taken_out")
    if len(taken) >= MOST:
        raise Conflict(f"{MOST} attachments were taken out of this message, which is the most.", code="too_many")


def _attachment(mail: Exhibit, number: int) -> tuple[str, bytes]:
    try:
        with open_exhibit(mail) as content:
            return attachment_by_process(pieces(content), number)
    except Unreadable as refusal:
        raise Invalid(REFUSALS.get(refusal.why, BROKEN)) from None
