# SPDX-License-Identifier: Apache-2.0
"""The API of what is done with an exhibit: handed over, sealed, opened, verified."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from longwatch.access.permission import require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence import selectors
from longwatch.evidence.models import CustodyEvent
from longwatch.evidence.schemas import CustodyOut
from longwatch.evidence.services import checking
from longwatch.evidence.services import custody as services
from longwatch.evidence.services.custody import Handover
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef
from longwatch.search.records_directory import record_ref
from longwatch.web.conditional import api_actor

router = Router(tags=["Evidence"])
ONE = "/exhibits/{uuid:exhibit_id}"


class TransferIn(Schema, extra="forbid"):
    """A hand-over; whoever held it last gave it, unless `giver` says otherwise."""

    receiver: str
    reason: str
    giver: str = ""
    place: str = ""
    condition: str = ""


class SealIn(Schema, extra="forbid"):
    """A seal with its number."""

    seal: str
    reason: str = ""


class OpeningIn(Schema, extra="forbid"):
    """Why a seal is opened, and how it looked."""

    reason: str
    condition: str = ""


@router.post(f"{ONE}/transfers", response={201: CustodyOut}, summary="Hand an exhibit over")
def transfer(request: HttpRequest, exhibit_id: UUID, payload: TransferIn) -> Status[CustodyEvent]:
    """The exhibit goes to another hand or place, for a reason."""
    record, actor = _asked(request, exhibit_id)
    return Status(201, services.transfer(record, exhibit_id, Handover(**payload.dict()), by=actor))


@router.post(f"{ONE}/seal", response={201: CustodyOut}, summary="Seal an exhibit")
def seal(request: HttpRequest, exhibit_id: UUID, payload: SealIn) -> Status[CustodyEvent]:
    """A numbered seal is put on; refused (409) while another one is."""
    record, actor = _asked(request, exhibit_id)
    return Status(201, services.apply_seal(record, exhibit_id, **payload.dict(), by=actor))


@router.post(f"{ONE}/seal/opening", response={201: CustodyOut}, summary="Open the seal of an exhibit")
def open_seal(request: HttpRequest, exhibit_id: UUID, payload: OpeningIn) -> Status[CustodyEvent]:
    """The seal is opened, for a reason; refused (409) when there is none."""
    record, actor = _asked(request, exhibit_id)
    return Status(201, services.open_seal(record, exhibit_id, **payload.dict(), by=actor))


@router.post(f"{ONE}/verifications", response={201: CustodyOut}, summary="Read an exhibit again")
def verification(request: HttpRequest, exhibit_id: UUID) -> Status[CustodyEvent]:
    """Reads the content from end to end and compares; the answer is the new link: `verified` or `damaged`."""
    _record, actor = _asked(request, exhibit_id)
    return Status(201, checking.verify(exhibit_id, by=actor))


def _asked(request: HttpRequest, exhibit_id: UUID) -> tuple[RecordRef, Actor]:
    actor = api_actor(request, Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    require_reading(actor, READING[RecordKind(row.record_kind)])
    return record_ref(row.record_kind, row.record_id, actor)
