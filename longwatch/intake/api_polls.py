# SPDX-License-Identifier: Apache-2.0
"""Fetching for sources, through the JSON API."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.intake import poll_selectors, selectors
from longwatch.intake.poll_models import Poll
from longwatch.intake.poll_selectors import Standing
from longwatch.intake.services import polls as services
from longwatch.web.afterwards import Afterwards
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Sources"])
KindWord = Literal["elasticsearch", "opensearch", "wazuh", "misp"]
SchemeWord = Literal["basic", "key", "bearer", "plain", "none"]


class PollIn(Schema):
    """Where to fetch, as whom, and what of it; `settings` depend on the tool (docs/how-to/polling.md)."""

    model_config = ConfigDict(extra="forbid")

    label: str
    kind: KindWord
    url: str
    scheme: SchemeWord
    user: str = ""
    secret: str = Field("", description="Kept hidden and never shown; sent to this address only.")
    authorities: str = Field("", description="Certificates of authorities in PEM, beside the usual ones.")
    verified: bool = True
    settings: dict[str, Any] = Field(default_factory=dict)
    interval_seconds: int = 60
    enabled: bool = True
    back_hours: int = Field(24, description="How far back it begins.")


class PollChangeIn(Schema):
    """What is to be otherwise; what is left out stays. Another address needs the secret again."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = None
    url: str | None = None
    scheme: SchemeWord | None = None
    user: str | None = None
    secret: str | None = None
    authorities: str | None = None
    verified: bool | None = None
    settings: dict[str, Any] | None = None
    interval_seconds: int | None = None
    enabled: bool | None = None


class ProblemOut(Schema):
    """What went wrong, and when."""

    at: datetime
    text: str


class FetchedOut(Schema):
    """How far it is."""

    state: Literal["waiting", "current", "behind", "failing"]
    answered_at: datetime | None
    caught_up_at: datetime | None
    newest_at: datetime | None
    lag_seconds: float | None
    next_at: datetime | None
    taken: int
    unreadable: int
    failures: int
    errors: list[ProblemOut]


class PollOut(Schema):
    """A connection over which signals are fetched, and how far it is."""

    id: UUID
    source_id: UUID
    label: str
    kind: str
    url: str
    scheme: str
    user: str
    verified: bool
    settings: dict[str, Any]
    interval_seconds: int
    start_at: datetime
    enabled: bool
    closed_at: datetime | None
    version: int
    progress: FetchedOut


class ConnectionOut(Schema):
    """Whether it works, in a sentence, and how one of its records would be read."""

    works: bool
    sentence: str
    title: str
    severity: str
    format: str


@router.get("/sources/{uuid:source_id}/fetching", response=list[PollOut], summary="What is fetched for a source")
def poll_list(request: HttpRequest, source_id: UUID) -> list[dict[str, Any]]:
    """All connections of a source, with how far each is."""
    actor = _manager(request, source_id)
    return [_told(each) for each in poll_selectors.polls(actor, source_id)]


@router.post("/sources/{uuid:source_id}/fetching", response={201: PollOut}, summary="Fetch for a source")
def open_poll(
    request: HttpRequest, response: HttpResponse, source_id: UUID, payload: PollIn
) -> Status[dict[str, Any]]:  # fmt: skip
    """It is asked within seconds. Try it first with `/fetching/trial`, which takes the same."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    values = payload.dict()
    back = values.pop("back_hours")
    poll = services.open_poll(source_id, services.Fetching(**values), back_hours=back, by=actor)
    tag(response, poll.version)
    response.headers["Location"] = f"/api/v1/sources/{source_id}/fetching/{poll.id}"
    return Status(201, _told(poll_selectors.poll(actor, source_id, poll.id)))


@router.post("/sources/{uuid:source_id}/fetching/trial", response=ConnectionOut, summary="Try to fetch")
def try_poll(request: HttpRequest, source_id: UUID, payload: PollIn) -> HttpResponseBase:
    """Connects, searches, and says what came of it; nothing is stored."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    values = payload.dict()
    values.pop("back_hours")
    return Afterwards(services.begin_trial(source_id, services.Fetching(**values), by=actor).ask, _tried)


@router.get("/sources/{uuid:source_id}/fetching/{uuid:poll_id}", response=PollOut, summary="One connection")
def one_poll(request: HttpRequest, response: HttpResponse, source_id: UUID, poll_id: UUID) -> dict[str, Any]:
    """With its version as ETag; its secret is never shown."""
    actor = _manager(request, source_id)
    standing = poll_selectors.poll(actor, source_id, poll_id)
    tag(response, standing.poll.version)
    return _told(standing)


@router.patch("/sources/{uuid:source_id}/fetching/{uuid:poll_id}", response=PollOut, summary="Change a connection")
def change_poll(
    request: HttpRequest, response: HttpResponse, source_id: UUID, poll_id: UUID, payload: PollChangeIn,
    version: IfMatch = None,
) -> dict[str, Any]:  # fmt: skip
    """`enabled` pauses it and lets it go on where it was."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    poll = poll_selectors.poll(actor, source_id, poll_id).poll
    changes = {name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None}
    poll = services.change_poll(poll_id, services.wanted_of(poll, **changes), expected_version=version, by=actor)
    tag(response, poll.version)
    return _told(poll_selectors.poll(actor, source_id, poll_id))


@router.post(
    "/sources/{uuid:source_id}/fetching/{uuid:poll_id}/trial", response=ConnectionOut, summary="Try a connection"
)
def try_known(request: HttpRequest, source_id: UUID, poll_id: UUID) -> HttpResponseBase:
    """As it is set; nothing is stored."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    poll: Poll = poll_selectors.poll(actor, source_id, poll_id).poll
    trial = services.begin_trial(source_id, services.wanted_of(poll), poll_id=poll_id, by=actor)
    return Afterwards(trial.ask, _tried)


@router.delete("/sources/{uuid:source_id}/fetching/{uuid:poll_id}", response=PollOut, summary="End a connection")
def close_poll(
    request: HttpRequest, response: HttpResponse, source_id: UUID, poll_id: UUID, version: IfMatch = None
) -> dict[str, Any]:
    """Its secret is forgotten; what was fetched stays."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    known = poll_selectors.poll(actor, source_id, poll_id).poll
    poll = services.close_poll(known.id, expected_version=version, by=actor)
    tag(response, poll.version)
    return _told(poll_selectors.poll(actor, source_id, poll_id))


def _manager(request: HttpRequest, source_id: UUID) -> Actor:
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    selectors.source(actor, source_id)
    return actor


def _tried(found: services.Tried) -> HttpResponse:
    return JsonResponse(asdict(found), content_type="application/json; charset=utf-8")


def _told(standing: Standing) -> dict[str, Any]:
    poll, progress = standing.poll, standing.progress
    names = ("id", "source_id", "label", "kind", "url", "scheme", "user", "verified", "settings", "interval_seconds")
    told = {name: getattr(poll, name) for name in (*names, "start_at", "enabled", "closed_at", "version")}
    seconds = None if progress.lag is None else progress.lag.total_seconds()
    parts = (
        "state",
        "answered_at",
        "caught_up_at",
        "newest_at",
        "next_at",
        "taken",
        "unreadable",
        "failures",
        "errors",
    )
    return told | {"progress": {name: getattr(progress, name) for name in parts} | {"lag_seconds": seconds}}
