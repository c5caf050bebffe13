# SPDX-License-Identifier: Apache-2.0
"""Things become exhibits: described, in somebody's hands, at a place, under the number on their bag."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Invalid
from longwatch.core.words import optional, written
from longwatch.evidence.events import ItemReceived
from longwatch.evidence.models import CustodyKind, Exhibit
from longwatch.evidence.names import visible_name
from longwatch.evidence.services.custody import LONGEST_SEAL, link
from longwatch.evidence.services.receiving import LONGEST_NOTE, next_number
from longwatch.evidence.services.transferring import has_account
from longwatch.records.reference import RecordRef

KEPT = "Taken into keeping"
TAGGED = "Tagged when it was received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What it is, what it looks like, where it is kept and by whom, its tag; who took it where, when and how."""

    name: str
    place: str
    description: str = ""
    keeper: str = ""
    tag: str = ""
    taken_by: str = ""
    taken_at: datetime | None = None
    taken_where: str = ""
    taken_how: str = ""


@transaction.atomic
def add_item(record: RecordRef, item: Item, *, by: Actor) -> Exhibit:
    """A thing becomes the record's next exhibit; its place, its keeper and its tag are links of its chain at once.

    Refuses (422) one without a name or a place, and one that was taken in the future; (409) a closed record.
    """
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    record.refuse_when_closed("The item")
    row = _exhibit(record, item, by)
    place = written(item.place, "place", "Say where it is kept.", 200)
    keeper, tag = _keeper(item, by), optional(item.tag, "tag", LONGEST_SEAL)
    row.number = next_number(record)
    event = ItemReceived(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        mark=row.mark, file_name=row.name, sha256="", place=place,
    )  # fmt: skip
    row = ledger.record_created(event, by=by, row=row)
    said = {"giver": row.acquired_by or by.label, "receiver": keeper or by.label, "place": place, "reason": KEPT}
    link(
        row, CustodyKind.TRANSFERRED, by=by, reason=KEPT, said=said, from_label=said["giver"],
        to_label=said["receiver"], place=place, receiver_id=None if keeper or by.kind != ActorKind.ACCOUNT else by.id,
    )  # fmt: skip
    if tag:
        link(row, CustodyKind.SEALED, by=by, reason=TAGGED, said={"seal": tag, "reason": TAGGED}, seal=tag)
    return row


def _keeper(item: Item, by: Actor) -> str:
    """Who keeps it, without an account; empty when the actor does. Refuses (422) others who can say so themselves."""
    named = optional(item.keeper, "keeper")
    if named.casefold() in ("", by.label.casefold()):
        return ""
    if has_account(named, by=by):
        sentence = f"{named} has an account here, and confirms what they receive: leave this empty, then hand it over."
        raise Invalid(sentence, fields={"keeper": sentence}, code="has_an_account")
    return named


def _exhibit(record: RecordRef, item: Item, by: Actor) -> Exhibit:
    if item.taken_at is not None and item.taken_at > clock.now():
        sentence = "It cannot have been taken in the future."
        raise Invalid(sentence, fields={"taken_at": sentence})
    name = written(item.name, "name", "Say what it is.", 200)
    return Exhibit(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        name=visible_name(name), content_type="", size=0, sha256="", is_physical=True,
        note=optional(item.description, "description", LONGEST_NOTE),
        acquired_by=optional(item.taken_by, "taken_by"), acquired_at=item.taken_at,
        acquired_where=optional(item.taken_where, "taken_where"), acquired_how=optional(item.taken_how, "taken_how"),
        received_by_id=by.id if by.kind == ActorKind.ACCOUNT else None, received_label=by.label,
    )  # fmt: skip
