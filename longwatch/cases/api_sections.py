# SPDX-License-Identifier: Apache-2.0
"""The JSON API of sections inside a case, and of what is published from a case to incidents."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from longwatch.access.models import Membership
from longwatch.access.roles import Permission
from longwatch.access.schemas import Strict
from longwatch.access.selectors import SectionSeen, sections_of
from longwatch.cases import selectors
from longwatch.cases.models import Publication
from longwatch.cases.schemas import MemberOut
from longwatch.cases.services import publishing, sections
from longwatch.core.actor import Actor
from longwatch.incidents.services.notices import Wording
from longwatch.records.schemas import PersonOut
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Sections"])
CASE = "/cases/{uuid:case_id}"


class CaseSectionOut(Schema):
    """A section that the caller is inside, or knows to exist; then without an identifier."""

    id: UUID | None
    section: str
    label: str
    inside: bool
    people: list[str]


class SectionIn(Strict):
    """A section to open; without a first member it is the caller."""

    section: str = Field(max_length=20)
    first_member_id: UUID | None = None
    name: str = Field(default="", max_length=100)


class SectionMade(Schema):
    """A section that was opened; its content is for those inside."""

    id: UUID
    section: str


class InsideIn(Strict):
    """Who is let into a section, and why."""

    account_id: UUID
    reason: str = Field(min_length=1, max_length=300)


class PublicationIn(Strict):
    """What goes to an incident of the case."""

    incident_id: UUID
    kind: str = Field(description="bolo, safety, stand_down; need: a safety need, from a medical section")
    text: str = Field(min_length=1, max_length=500)
    about: str = Field(default="", max_length=200)
    expires_at: AwareDatetime | None = None
    show_name: bool = False
    section_id: UUID | None = None
    source_id: UUID | None = Field(default=None, description="The timeline entry that it derives from")


class PublicationOut(Schema):
    """What went, or waits to go, to an incident."""

    id: UUID
    incident_id: UUID
    incident_reference: str
    notice_id: UUID | None
    kind: str
    about: str
    text: str
    expires_at: datetime | None
    requested_by: PersonOut
    requested_at: datetime
    approved_by: PersonOut | None
    approved_at: datetime | None
    withdrawn_at: datetime | None
    version: int


def reader(request: HttpRequest) -> Actor:
    """The caller, who must be allowed to see cases at all."""
    return api_actor(request, Permission.CASE_READ)


@router.get(f"{CASE}/sections", response=list[CaseSectionOut], summary="Sections of a case")
def section_list(request: HttpRequest, case_id: UUID) -> list[SectionSeen]:
    """Those that the caller is inside, and those of which they may know that they exist."""
    reader(request)
    return sections_of(selectors.case(case_id).id)


@router.post(f"{CASE}/sections", response={201: SectionMade}, summary="Open a section")
def open_section(request: HttpRequest, case_id: UUID, payload: SectionIn) -> Status[SectionMade]:
    """With the caller inside, or with another person, and the caller outside."""
    made = sections.open_section(case_id, **payload.dict(), by=reader(request))
    return Status(201, SectionMade(id=made.id, section=made.section))


@router.post(
    f"{CASE}/sections/{{uuid:section_id}}/members", response={201: MemberOut}, summary="Let somebody into a section"
)
def let_in(
    request: HttpRequest, case_id: UUID, section_id: UUID, payload: InsideIn, response: HttpResponse
) -> Status[Membership]:
    """Their role must fit the section."""
    made = sections.let_in(case_id, section_id, payload.account_id, reason=payload.reason, by=reader(request))
    tag(response, made.version)
    return Status(201, made)


@router.delete(
    f"{CASE}/sections/{{uuid:section_id}}/members/{{uuid:account_id}}",
    response={204: None},
    summary="End somebody's access to a section",
)
def let_out(
    request: HttpRequest, case_id: UUID, section_id: UUID, account_id: UUID, reason: str, version: IfMatch = None
) -> Status[None]:
    """For a `?reason=`; the last one stays."""
    sections.let_out(case_id, section_id, account_id, reason=reason, by=reader(request), expected_version=version)
    return Status(204, None)


@router.get(f"{CASE}/publications", response=list[PublicationOut], summary="What was published from a case")
def publication_list(request: HttpRequest, case_id: UUID) -> list[Publication]:
    """From the parts that the caller is inside, newest first."""
    reader(request)
    selectors.called(case_id)
    return publishing.publications(case_id)


@router.post(f"{CASE}/publications", response={201: PublicationOut}, summary="Publish to an incident")
def publish(request: HttpRequest, case_id: UUID, payload: PublicationIn, response: HttpResponse) -> Status[Publication]:
    """Whoever reads the incident reads it, and learns nothing of the case."""
    actor = reader(request)
    wording = Wording(kind=payload.kind, text=payload.text, about=payload.about, expires_at=payload.expires_at)
    origin = publishing.Origin(case_id, payload.section_id, payload.source_id)
    made = publishing.publish(origin, payload.incident_id, wording, show_name=payload.show_name, by=actor)
    tag(response, made.version)
    return Status(201, made)


@router.put(
    f"{CASE}/publications/{{uuid:publication_id}}/approval", response=PublicationOut, summary="Agree to a publication"
)
def approve(
    request: HttpRequest, case_id: UUID, publication_id: UUID, response: HttpResponse, version: IfMatch = None
) -> Publication:
    """As counsel, of what a privileged section gives out, and as a second person."""
    made = publishing.approve(case_id, publication_id, by=reader(request), expected_version=version)
    tag(response, made.version)
    return made


@router.delete(f"{CASE}/publications/{{uuid:publication_id}}", response={204: None}, summary="Withdraw a publication")
def withdraw(
    request: HttpRequest, case_id: UUID, publication_id: UUID, reason: str, version: IfMatch = None
) -> Status[None]:
    """For a `?reason=`."""
    publishing.withdraw(case_id, publication_id, reason=reason, by=reader(request), expected_version=version)
    return Status(204, None)
