# SPDX-License-Identifier: Apache-2.0
"""A record leaves as a file that other tools read: up to a marking, without people, recorded before the first byte."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.oversight import SightKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.selectors import organisation
from longwatch.access.services.sight import saw
from longwatch.cases.models import Case
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.core.ids import entity_id
from longwatch.core.words import optional, written
from longwatch.entities.markings import Tlp, strictest_tlp
from longwatch.entities.models import Marking
from longwatch.exchange import selectors
from longwatch.exchange.audiences import PROFILES, Audience
from longwatch.exchange.content import read_content
from longwatch.exchange.events import ExportShared
from longwatch.exchange.redaction import Release, redact
from longwatch.exchange.sharing.formats import WRITERS, FileFormat
from longwatch.exchange.sharing.packing import keys_in, pack
from longwatch.exchange.sharing.parcel import Parcel, Sender
from longwatch.incidents.models import Incident
from longwatch.records.reference import RecordRef

LONGEST_RECIPIENT = 200
LONGEST_PURPOSE = 500


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file on its way out."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    # How many items stayed because they are marked more strictly.
    left: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would leave up to a marking, and what of the record stays whatever the marking."""

    parcel: Parcel
    release: Release


def prepare(record: RecordRef, row: Incident | Case, limit: Tlp, *, by: Actor) -> Prepared:
    """What would leave now; nothing is made or recorded."""
    require(by, Permission.RECORD_EXPORT)
    content = read_content(record, row, by)
    decisions = selectors.decided(selectors.decisions(record.id, Audience.COMMUNITY))
    release = redact(content.items, PROFILES[Audience.COMMUNITY], decisions, staff=content.staff)
    ours = organisation(record.org_id)
    sender = Sender(ours.id, ours.name, ours.created_at)
    parcel = pack(content, release, limit, sender, clock.now(), _marks(record.org_id, keys_in(content)))
    return Prepared(parcel, release)


@transaction.atomic
def share(
    record: RecordRef, row: Incident | Case, *, form: str, tlp: str, recipient: str, purpose: str = "", by: Actor
) -> SharedFile:  # fmt: skip
    """The record as a file of that format, up to that marking. Refuses (409) what is about to be let go."""
    wanted, limit = checked(form, tlp)
    recipient = written(recipient, "recipient", "Write who receives the file.", LONGEST_RECIPIENT)
    purpose = optional(purpose, "purpose", LONGEST_PURPOSE)
    selectors.refuse_recalled(record.id, clock.now())
    prepared = prepare(record, row, limit, by=by)
    parcel, writer = prepared.parcel, WRITERS[wanted]
    content = writer.write(parcel)
    digest = hashlib.sha256(content).hexdigest()
    event = ExportShared(
        subject_id=record.id, record_id=record.id, compartment_id=record.compartment_id,
        audience=Audience.COMMUNITY, format=wanted, tlp=limit, recipient=recipient, purpose=purpose, sha256=digest,
        size=len(content),
        counts={"things": len(parcel.things), "alerts": len(parcel.seen), "left": len(parcel.left)},
    )  # fmt: skip
    ledger.append(event, by=by)
    saw(record.kind, record.id, _inside(record, prepared.release), how=SightKind.EXPORTED, by=by)
    return SharedFile(f"{record.reference}.{writer.ending}", writer.content_type, content, digest, len(parcel.left))


def checked(form: str, tlp: str) -> tuple[FileFormat, Tlp]:
    """The format and the marking; refuses (422) what is none."""
    fields = {}
    if form not in FileFormat.values:
        fields["format"] = f"Use one of: {', '.join(FileFormat.values)}."
    if tlp not in Tlp.values:
        fields["tlp"] = f"Use one of: {', '.join(Tlp.values)}."
    if fields:
        raise Invalid("The file was not made: something is missing.", fields=fields)
    return FileFormat(form), Tlp(tlp)


def _marks(org_id: UUID, keys: Iterable[str]) -> dict[str, Tlp]:
    """The strictest marking of each key that people gave it, as far as whoever asks may see."""
    ids = {entity_id(org_id, key): key for key in keys}
    found: dict[str, Tlp] = {}
    rows = Marking.objects.filter(entity_id__in=list(ids), ended_at=None).exclude(tlp="")
    for entity, mark in rows.values_list("entity_id", "tlp"):
        strict = strictest_tlp([found.get(ids[entity]), Tlp(mark)])
        assert strict is not None
        found[ids[entity]] = strict
    return found


def _inside(record: RecordRef, release: Release) -> list[UUID]:
    """The compartments that something in the file lies in."""
    left = {each.item.compartment for each in release.judged if each.is_in and each.item.compartment}
    return sorted({record.compartment_id, *left}, key=str)
