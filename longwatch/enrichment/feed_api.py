# SPDX-License-Identifier: Apache-2.0
"""Feeds through the JSON API."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from longwatch.access.roles import Permission
from longwatch.enrichment import feed_selectors
from longwatch.enrichment.feed_models import HOUR
from longwatch.enrichment.feed_selectors import FeedStanding
from longwatch.enrichment.services import feeds as services
from longwatch.intake.api_polls import ProblemOut
from longwatch.web.afterwards import Afterwards
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Enrichment"])
FeedKindWord = Literal["misp_feed", "misp_server", "taxii", "list"]
FeedSchemeWord = Literal["basic", "bearer", "plain", "none"]


class FeedIn(Schema):
    """Where to fetch a list, as whom, and what of it; `settings` depend on the kind (docs/how-to/feeds.md)."""

    model_config = ConfigDict(extra="forbid")

    label: str
    kind: FeedKindWord
    url: str
    scheme: FeedSchemeWord = "none"
    user: str = ""
    secret: str = Field("", description="Kept hidden and never shown; sent to this address only.")
    authorities: str = Field("", description="Certificates of authorities in PEM, beside the usual ones.")
    verified: bool = True
    settings: dict[str, Any] = Field(default_factory=dict)
    interval_seconds: int = HOUR
    enabled: bool = True
    list_name: str = Field("", description="The list that it fills; empty: as the feed is named.")


class FeedChangeIn(Schema):
    """What is to be otherwise; what is left out stays. Another address needs the secret again."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = None
    url: str | None = None
    scheme: FeedSchemeWord | None = None
    user: str | None = None
    secret: str | None = None
    authorities: str | None = None
    verified: bool | None = None
    settings: dict[str, Any] | None = None
    interval_seconds: int | None = None
    enabled: bool | None = None


class FeedProgressOut(Schema):
    """How far it is, and how many values its list holds."""

    state: Literal["waiting", "current", "behind", "failing"]
    answered_at: datetime | None
    caught_up_at: datetime | None
    newest_at: datetime | None
    next_at: datetime | None
    taken: int
    dropped: int
    values: int
    failures: int
    errors: list[ProblemOut]


class FeedOut(Schema):
    """A feed, and how far it is."""

    id: UUID
    label: str
    kind: str
    list_name: str
    url: str
    scheme: str
    user: str
    verified: bool
    settings: dict[str, Any]
    interval_seconds: int
    enabled: bool
    created_at: datetime
    closed_at: datetime | None
    version: int
    progress: FeedProgressOut


class FeedTriedOut(Schema):
    """Whether it works, in a sentence."""

    works: bool
    sentence: str


@router.get("/feeds", response=list[FeedOut], summary="Feeds")
def feed_list(request: HttpRequest) -> list[dict[str, Any]]:
    """All feeds, with how far each is."""
    return [_told(each) for each in feed_selectors.feeds(api_actor(request, Permission.SOURCE_MANAGE))]


@router.post("/feeds", response={201: FeedOut}, summary="Set up a feed")
def open_feed(request: HttpRequest, response: HttpResponse, payload: FeedIn) -> Status[dict[str, Any]]:
    """It is asked within seconds. Try it first with `/feeds/trial`, which takes the same."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    feed = services.open_feed(services.Feeding(**payload.dict()), by=actor)
    tag(response, feed.version)
    response.headers["Location"] = f"/api/v1/feeds/{feed.id}"
    return Status(201, _told(feed_selectors.feed(actor, feed.id)))


@router.post("/feeds/trial", response=FeedTriedOut, summary="Try a feed before it is set up")
def try_new(request: HttpRequest, payload: FeedIn) -> HttpResponseBase:
    """Connects, looks, and says what there is; nothing is stored."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    return Afterwards(services.begin_trial(services.Feeding(**payload.dict()), by=actor).ask, _tried)


@router.get("/feeds/{uuid:feed_id}", response=FeedOut, summary="One feed")
def one_feed(request: HttpRequest, response: HttpResponse, feed_id: UUID) -> dict[str, Any]:
    """With its version as ETag; its secret is never shown."""
    standing = feed_selectors.feed(api_actor(request, Permission.SOURCE_MANAGE), feed_id)
    tag(response, standing.feed.version)
    return _told(standing)


@router.patch("/feeds/{uuid:feed_id}", response=FeedOut, summary="Change a feed")
def change_feed(
    request: HttpRequest, response: HttpResponse, feed_id: UUID, payload: FeedChangeIn, version: IfMatch = None
) -> dict[str, Any]:
    """`enabled` pauses it and lets it go on where it was. Its kind and its list stay."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    feed = feed_selectors.feed(actor, feed_id).feed
    changes = {name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None}
    feed = services.change_feed(feed_id, services.wanted_of(feed, **changes), expected_version=version, by=actor)
    tag(response, feed.version)
    return _told(feed_selectors.feed(actor, feed_id))


@router.post("/feeds/{uuid:feed_id}/trial", response=FeedTriedOut, summary="Try a feed")
def try_known(request: HttpRequest, feed_id: UUID) -> HttpResponseBase:
    """As it is set; nothing is stored."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    feed = feed_selectors.feed(actor, feed_id).feed
    return Afterwards(services.begin_trial(services.wanted_of(feed), feed_id=feed_id, by=actor).ask, _tried)


@router.post("/feeds/{uuid:feed_id}/fetch", response=FeedOut, summary="Fetch now")
def fetch_now(request: HttpRequest, feed_id: UUID) -> dict[str, Any]:
    """Within seconds, whenever its turn would be."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    services.fetch_now(feed_id, by=actor)
    return _told(feed_selectors.feed(actor, feed_id))


@router.delete("/feeds/{uuid:feed_id}", response=FeedOut, summary="End a feed")
def close_feed(
    request: HttpRequest, response: HttpResponse, feed_id: UUID, version: IfMatch = None
) -> dict[str, Any]:  # fmt: skip
    """Its secret is forgotten; its list stays until its values are over or it is removed."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    feed = services.close_feed(feed_id, expected_version=version, by=actor)
    tag(response, feed.version)
    return _told(feed_selectors.feed(actor, feed_id))


def _tried(found: services.FeedTried) -> HttpResponse:
    return JsonResponse(asdict(found), content_type="application/json; charset=utf-8")


def _told(standing: FeedStanding) -> dict[str, Any]:
    feed, progress = standing.feed, standing.progress
    names = ("id", "label", "kind", "list_name", "url", "scheme", "user", "verified", "settings", "interval_seconds")
    told = {name: getattr(feed, name) for name in (*names, "enabled", "created_at", "closed_at", "version")}
    parts = FeedProgressOut.model_fields
    return told | {"progress": {name: getattr(progress, name) for name in parts}}
