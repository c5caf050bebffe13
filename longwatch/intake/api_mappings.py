# SPDX-License-Identifier: Apache-2.0
"""Mappings of one's own, through the JSON API."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from longwatch.access.roles import Permission
from longwatch.core.errors import LongwatchError
from longwatch.intake import mapping_selectors as selectors
from longwatch.intake.mapping.checking import as_said
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.services import mappings as services
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Mappings"])
MOST_SHOWN = 100


class MappingIn(Schema):
    """A mapping as a file (docs/formats.md), and what changed."""

    model_config = ConfigDict(extra="forbid")

    text: str
    note: str = ""


class NewMappingIn(MappingIn):
    """A new mapping, and the compartment of signals that it belongs to."""

    compartment_id: UUID | None = None


class TryIn(Schema):
    """A mapping, saved or not, and what a tool sent."""

    model_config = ConfigDict(extra="forbid")

    text: str
    sample: str
    time_zone: str = "UTC"


class MappingOut(Schema):
    """A mapping in its newest version."""

    id: UUID = Field(validation_alias="mapping_id")
    name: str
    title: str
    format: str = Field(description="What a source's `format` says to be read with it.")
    compartment_id: UUID
    number: int
    note: str
    at: Any
    retired_at: Any
    version: int


class WholeMappingOut(MappingOut):
    """With its file."""

    text: str


class MappingTriedOut(Schema):
    """What a mapping makes of a sample: signals in the words of samples, and what could not be read."""

    signals: list[dict[str, Any]]
    faults: list[str]


@router.get("/mappings", response=list[MappingOut], summary="Mappings of your own")
def mapping_list(request: HttpRequest) -> list[MappingVersion]:
    """Each in its newest version, by name; those that were retired, too."""
    return list(selectors.newest(_reader(request)).defer("text")[: selectors.MOST_LISTED])


@router.post("/mappings", response={201: WholeMappingOut}, summary="Make a mapping")
def make_mapping(request: HttpRequest, response: HttpResponse, payload: NewMappingIn) -> Status[MappingVersion]:
    """Kept only when each of its samples gives what it says. Nothing is read with it until a source names it."""
    row = services.make_mapping(services.NewVersion(**payload.dict()), by=_maker(request))
    tag(response, row.number)
    response.headers["Location"] = f"/api/v1/mappings/{row.mapping_id}"
    return Status(201, row)


@router.post("/mappings/try", response=MappingTriedOut, summary="Try a mapping on a sample")
def try_mapping(request: HttpRequest, payload: TryIn) -> dict[str, Any]:
    """Nothing is stored."""
    _maker(request)
    try:
        whole = services.read_with(payload.text, payload.sample.encode("utf-8", "replace"), zone=payload.time_zone)
    except LongwatchError as refusal:
        if getattr(refusal, "fields", {}).keys() != {"body"}:
            raise
        return {"signals": [], "faults": [refusal.sentence]}
    signals = [as_said(piece.signal) | {"format": piece.format} for piece in whole.pieces[:MOST_SHOWN]]
    return {"signals": signals, "faults": [fault.error.sentence for fault in whole.faults[:MOST_SHOWN]]}


@router.get("/mappings/{uuid:mapping_id}", response=WholeMappingOut, summary="One mapping")
def one_mapping(
    request: HttpRequest, response: HttpResponse, mapping_id: UUID, number: int | None = None
) -> MappingVersion:
    """With its file and samples; `number` asks for an earlier version. The ETag is the number of the version."""
    row = selectors.mapping(_reader(request), mapping_id, number)
    tag(response, row.number)
    return row


@router.put("/mappings/{uuid:mapping_id}", response=WholeMappingOut, summary="Change a mapping")
def change_mapping(
    request: HttpRequest, response: HttpResponse, mapping_id: UUID, payload: MappingIn, version: IfMatch = None
) -> MappingVersion:
    """Kept as another version when its samples pass. One that a source is read with needs source:manage."""
    wanted = services.NewVersion(**payload.dict())
    row = services.change_mapping(mapping_id, wanted, by=_maker(request), expected_number=version)
    tag(response, row.number)
    return row


@router.delete("/mappings/{uuid:mapping_id}", response=MappingOut, summary="Retire a mapping")
def retire_mapping(
    request: HttpRequest, response: HttpResponse, mapping_id: UUID, version: IfMatch = None
) -> MappingVersion:
    """Its versions stay; refused while a source is read with it."""
    row = services.retire_mapping(mapping_id, by=_maker(request), expected_number=version)
    tag(response, row.number)
    return row


def _reader(request: HttpRequest) -> Any:
    return api_actor(request, Permission.SIGNAL_READ)


def _maker(request: HttpRequest) -> Any:
    return api_actor(request, Permission.SIGNAL_TRIAGE)
