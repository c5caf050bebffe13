# SPDX-License-Identifier: Apache-2.0
"""The API of what is done with an exhibit: handed over, received, sealed, opened, verified, reported."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime

from longwatch.access.permission import require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence import selectors
from longwatch.evidence.custody_report import custody_answer
from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.evidence.schemas import CustodyOut, ExhibitOut
from longwatch.evidence.services import checking, transferring
from longwatch.evidence.services import custody as services
from longwatch.evidence.services.extracting import take_out
from longwatch.evidence.services.items import Item, add_item
from longwatch.evidence.services.reporting import report_on_all, report_on_one
from longwatch.evidence.services.transferring import Handover
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef, placed
from longwatch.search import receipts
from longwatch.search.records_directory import record_ref
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Evidence"])
ONE = "/exhibits/{uuid:exhibit_id}"
AS_PDF = {"responses": {200: {"description": "The report", "content": {"application/pdf": {}}}}}


class TransferIn(Schema, extra="forbid"):
    """A hand-over; whoever held it last gave it, unless `giver` says otherwise.

    `receiver_id` is the account of who takes it, who then confirms it; `receiver` names somebody who has none.
    """

    reason: str
    receiver: str = ""
    receiver_id: UUID | None = None
    giver: str = ""
    place: str = ""
    condition: str = ""


class ReceiptIn(Schema, extra="forbid"):
    """Where it lies from now on, if not where the offer says, and how it looked when it arrived."""

    place: str = ""
    condition: str = ""


class RefusalIn(Schema, extra="forbid"):
    """Why it was not taken."""

    reason: str


class TakingBackIn(Schema, extra="forbid"):
    """Why an offer ends."""

    reason: str = ""


class OfferOut(Schema):
    """An exhibit that waits for the receipt of whoever asks."""

    exhibit: ExhibitOut
    offer: CustodyOut


class OfferList(Schema):
    """All that waits for whoever asks, the oldest first."""

    items: list[OfferOut]
    next_cursor: str | None = None


class SealIn(Schema, extra="forbid"):
    """A seal with its number."""

    seal: str
    reason: str = ""


class OpeningIn(Schema, extra="forbid"):
    """Why a seal is opened, and how it looked."""

    reason: str
    condition: str = ""


class ItemIn(Schema, extra="forbid"):
    """A thing; without a keeper the caller keeps it, with `section_id` it lies in that section of the case."""

    name: str
    place: str
    description: str = ""
    keeper: str = ""
    tag: str = ""
    taken_by: str = ""
    taken_at: AwareDatetime | None = None
    taken_where: str = ""
    taken_how: str = ""
    section_id: UUID | None = None


class ReportIn(Schema, extra="forbid"):
    """What a report is for."""

    reason: str


@router.post(f"{ONE}/transfers", response={201: CustodyOut}, summary="Hand an exhibit over")
def transfer(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: TransferIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """The exhibit goes to another hand or place, for a reason. `If-Match` takes the ETag of the chain of custody.

    To an account it is `offered`, and stays where it is until that person answers; refused (409) while it is offered.
    """
    record, actor = _asked(request, exhibit_id)
    handover = Handover(**payload.dict())
    return _done(response, transferring.transfer(record, exhibit_id, handover, by=actor, expected_version=version))


@router.post(f"{ONE}/transfers/receipt", response={201: CustodyOut}, summary="Confirm that one has an exhibit")
def receipt(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: ReceiptIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """For whom it is offered to, alone (403): it is in their hands from now on. Refused (409) when nothing is."""
    record, actor = _asked(request, exhibit_id)
    said = payload.dict()
    return _done(response, transferring.confirm_receipt(record, exhibit_id, **said, by=actor, expected_version=version))


@router.post(f"{ONE}/transfers/refusal", response={201: CustodyOut}, summary="Refuse to take an exhibit")
def refusal(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: RefusalIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """For whom it is offered to, alone (403), with a reason: it stays where it was."""
    record, actor = _asked(request, exhibit_id)
    made = transferring.refuse_receipt(
        record, exhibit_id, reason=payload.reason, by=actor, expected_version=version
    )  # fmt: skip
    return _done(response, made)


@router.post(f"{ONE}/transfers/taking-back", response={201: CustodyOut}, summary="Take an offered exhibit back")
def taking_back(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: TakingBackIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """An offer that nobody has answered ends; for whoever may hand the exhibit over."""
    record, actor = _asked(request, exhibit_id)
    made = transferring.take_back(record, exhibit_id, reason=payload.reason, by=actor, expected_version=version)
    return _done(response, made)


@router.get("/exhibits/waiting", response=OfferList, summary="Exhibits that wait for one's receipt")
def waiting(request: HttpRequest) -> dict[str, list[dict[str, object]]]:
    """What others hand over to whoever asks, who has not answered yet; up to 100."""
    actor = api_actor(request, Permission.EVIDENCE_READ)
    return {"items": [{"exhibit": each.exhibit, "offer": each.offer} for each in receipts.for_me(actor)]}


@router.post(f"{ONE}/seal", response={201: CustodyOut}, summary="Seal an exhibit")
def seal(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: SealIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """A numbered seal is put on; refused (409) while another one is. `If-Match` as for a transfer."""
    record, actor = _asked(request, exhibit_id)
    made = services.apply_seal(record, exhibit_id, **payload.dict(), by=actor, expected_version=version)
    return _done(response, made)


@router.post(f"{ONE}/seal/opening", response={201: CustodyOut}, summary="Open the seal of an exhibit")
def open_seal(
    request: HttpRequest, response: HttpResponse, exhibit_id: UUID, payload: OpeningIn, version: IfMatch = None
) -> Status[CustodyEvent]:
    """The seal is opened, for a reason; refused (409) when there is none. `If-Match` as for a transfer."""
    record, actor = _asked(request, exhibit_id)
    made = services.open_seal(record, exhibit_id, **payload.dict(), by=actor, expected_version=version)
    return _done(response, made)


@router.post(f"{ONE}/verifications", response={201: CustodyOut}, summary="Read an exhibit again")
def verification(request: HttpRequest, exhibit_id: UUID) -> Status[CustodyEvent]:
    """Reads the content from end to end and compares; the answer is the new link: `verified` or `damaged`."""
    _record, actor = _asked(request, exhibit_id)
    return Status(201, checking.verify(exhibit_id, by=actor))


@router.post(f"{ONE}/custody-report", summary="The custody report of an exhibit", openapi_extra=AS_PDF)
def report(request: HttpRequest, exhibit_id: UUID, payload: ReportIn) -> HttpResponse:
    """Its whole chain of custody as PDF, for a reason; that becomes a link of the chain first."""
    record, actor = _asked(request, exhibit_id)
    return custody_answer(report_on_one(record, exhibit_id, reason=payload.reason, by=actor), viewer=actor.label)


@router.post(f"{ONE}/attachments/{{number}}", response={201: ExhibitOut}, summary="Take an attachment out of an e-mail")
def attachment(request: HttpRequest, response: HttpResponse, exhibit_id: UUID, number: int) -> Status[Exhibit]:
    """It becomes an exhibit of its own beside the e-mail; counted from 0 as in the safe copy. Refused (409) twice."""
    record, actor = _asked(request, exhibit_id)
    row = take_out(record, exhibit_id, number, by=actor)
    response.headers["Location"] = f"/api/v1/exhibits/{row.id}"
    tag(response, row.version)
    return Status(201, row)


@router.post("/records/{kind}/{uuid:record_id}/custody-report", summary="The custody report of a record",
             openapi_extra=AS_PDF)  # fmt: skip
def record_report(request: HttpRequest, kind: str, record_id: UUID, payload: ReportIn) -> HttpResponse:
    """The chains of custody of all its exhibits as PDF, for a reason.

    Left out is what lies in privileged sections, or in those that tell who reported.
    """
    record, actor = record_ref(kind, record_id, api_actor(request, Permission.EVIDENCE_READ))
    return custody_answer(report_on_all(record, reason=payload.reason, by=actor), viewer=actor.label)


@router.post("/records/{kind}/{uuid:record_id}/items", response={201: ExhibitOut}, summary="Record a thing as evidence")
def add_thing(
    request: HttpRequest, response: HttpResponse, kind: str, record_id: UUID, payload: ItemIn
) -> Status[Exhibit]:
    """A thing, not a file; its keeper, its place and its tag are links of its chain of custody at once."""
    record, actor = record_ref(kind, record_id, api_actor(request))
    said = payload.dict()
    row = add_item(placed(record, said.pop("section_id")), Item(**said), by=actor)
    response.headers["Location"] = f"/api/v1/exhibits/{row.id}"
    tag(response, row.version)
    return Status(201, row)


def _done(response: HttpResponse, made: CustodyEvent) -> Status[CustodyEvent]:
    """The new link, which is now the version of how the exhibit stands."""
    tag(response, made.version)
    return Status(201, made)


def _asked(request: HttpRequest, exhibit_id: UUID) -> tuple[RecordRef, Actor]:
    actor = api_actor(request, Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    require_reading(actor, READING[RecordKind(row.record_kind)])
    return record_ref(row.record_kind, row.record_id, actor)
