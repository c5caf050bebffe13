# SPDX-License-Identifier: Apache-2.0
"""Signals and sources through the JSON API. Sending them is served by longwatch.intake.fast under the ASGI server;
the two operations here describe it and do the same, slower, wherever Django answers alone."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake import selectors
from longwatch.intake.models import Signal, SignalStatus, Source
from longwatch.intake.schemas import (
    BulkReceivedOut,
    OccurrencePage,
    ReceivedOut,
    SignalDetail,
    SignalPage,
    SourceChangeIn,
    SourceIn,
    SourceOut,
    signal_schema,
)  # fmt: skip
from longwatch.intake.selectors import SignalFilter
from longwatch.intake.services import sources as services
from longwatch.intake.services.receiving import receive, receive_lines
from longwatch.records.severity import SEVERITY_BY_WORD, Severity
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Signals"])
MOST = 200
SIGNAL_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": signal_schema()}}}}
LINES_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string", "description": "One JSON object a line."}}},
    }
}


class Filters(Schema):
    """What the list is narrowed to."""

    status: str = ""
    source: str = ""
    severity: str = ""
    kind: str = ""
    place: str = ""
    entity: UUID | None = None
    age: str = ""
    q: str = ""
    cursor: str | None = None
    limit: int = 50


@router.get("/signals", response=SignalPage, summary="Signals, newest first")
def signal_list(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """Status, severity and kind take several words with commas; `open` as a status means new or acknowledged.

    `age` is hour, day or week: first seen within it. `q` and `place` search by words, `entity` by identifier.
    """
    actor = _reader(request)
    page = selectors.signals(actor, _wanted(filters), cursor=filters.cursor, limit=_limit(filters.limit))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post(
    "/signals", response={200: ReceivedOut, 201: ReceivedOut}, summary="Send a signal", openapi_extra=SIGNAL_BODY
)
def send(request: HttpRequest, response: HttpResponse, source: str = "") -> Status[dict[str, Any]]:
    """The documented form, or any JSON object as another tool wrote it. 201 for a new signal, 200 for a repeat.

    The raw bytes are kept as they are. `Idempotency-Key` is honoured; 429 says when to come again.
    """
    actor = api_actor(request, Permission.SIGNAL_SUBMIT)
    received = receive(_source(actor, source), request.body, content_type=request.content_type or "", by=actor)
    response.headers["Location"] = f"/api/v1/signals/{received.signal_id}"
    word = "created" if received.created else "repeated"
    body = {"id": received.signal_id, "status": word, "count": received.count}
    return Status(201 if received.created else 200, body | {"severity": Severity(received.severity).word})


@router.post("/signals/bulk", response=BulkReceivedOut, summary="Send many signals", openapi_extra=LINES_BODY)
def send_many(request: HttpRequest, source: str = "") -> dict[str, Any]:
    """One JSON object a line. Good lines are kept, bad ones listed with line, field and what is wrong.

    When the answer is an error of the server, some lines may be kept already; sent again, they count as repeats. With
    `Idempotency-Key` all lines are kept or none.
    """
    actor = api_actor(request, Permission.SIGNAL_SUBMIT)
    return receive_lines(_source(actor, source), request.body, by=actor)


@router.get("/signals/{uuid:signal_id}", response=SignalDetail, summary="One signal")
def one_signal(request: HttpRequest, response: HttpResponse, signal_id: UUID) -> Signal:
    """All that is known of it, with its version as ETag."""
    _reader(request)
    signal = selectors.signal(signal_id)
    tag(response, signal.version)
    return signal


@router.get("/signals/{uuid:signal_id}/occurrences", response=OccurrencePage, summary="Arrivals of a signal")
def occurrence_list(
    request: HttpRequest, signal_id: UUID, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Each time it came, newest first."""
    _reader(request)
    page = selectors.occurrences(selectors.signal(signal_id).id, cursor=cursor, limit=_limit(limit))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.get("/signals/{uuid:signal_id}/occurrences/{uuid:occurrence_id}/raw", summary="The raw bytes of an arrival")
def raw(request: HttpRequest, signal_id: UUID, occurrence_id: UUID) -> HttpResponse:
    """Byte for byte as received, always as a download: a sender decides neither its type nor that it is shown."""
    _reader(request)
    occurrence = selectors.occurrence(signal_id, occurrence_id)
    response = HttpResponse(bytes(occurrence.raw), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{occurrence.id}.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{bytes(occurrence.sha256).hex()}"'
    return response


@router.get("/sources", response=list[SourceOut], summary="Sources", tags=["Sources"])
def source_list(request: HttpRequest) -> list[Source]:
    """All sources of the organisation, by name."""
    return list(selectors.sources(_source_reader(request)))


@router.post("/sources", response={201: SourceOut}, summary="Add a source", tags=["Sources"])
def add_source(request: HttpRequest, response: HttpResponse, payload: SourceIn) -> Status[Source]:
    """Signals can be sent to it at once."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    values = payload.dict() | {"default_severity": SEVERITY_BY_WORD[payload.default_severity]}
    source = services.create_source(**values, by=actor)
    tag(response, source.version)
    response.headers["Location"] = f"/api/v1/sources/{source.id}"
    return Status(201, source)


@router.get("/sources/{uuid:source_id}", response=SourceOut, summary="One source", tags=["Sources"])
def one_source(request: HttpRequest, response: HttpResponse, source_id: UUID) -> Source:
    """How its signals are taken."""
    source = selectors.source(_source_reader(request), source_id)
    tag(response, source.version)
    return source


@router.patch("/sources/{uuid:source_id}", response=SourceOut, summary="Change a source", tags=["Sources"])
def change_source(
    request: HttpRequest, response: HttpResponse, source_id: UUID, payload: SourceChangeIn, version: IfMatch = None
) -> Source:
    """Change how its signals are taken, or switch it on or off. Senders notice within half a minute."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    changes = payload.dict(exclude_none=True)
    enabled = changes.pop("enabled", None)
    if "default_severity" in changes:
        changes["default_severity"] = SEVERITY_BY_WORD[changes["default_severity"]]
    if "heartbeat_seconds" in changes:
        changes["heartbeat_seconds"] = changes["heartbeat_seconds"] or None
    source = services.change_source(source_id, changes, expected_version=version, by=actor)
    if enabled is not None:
        source = services.switch_source(source_id, on=enabled, by=actor)
    tag(response, source.version)
    return source


def _reader(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.SIGNAL_READ)


def _source_reader(request: HttpRequest) -> Actor:
    actor = api_actor(request)
    allowed = actor.may(Permission.SIGNAL_READ) or actor.may(Permission.SOURCE_MANAGE)
    return actor if allowed else api_actor(request, Permission.SIGNAL_READ)


def _source(actor: Actor, slug: str) -> Source:
    if actor.source_id is not None:
        return selectors.source(actor, actor.source_id)
    found = selectors.sources(actor).filter(slug=slug).first() if slug else None
    if found is None:
        raise Invalid(
            "Say which source this comes from.", fields={"source": "Name a source you can send to: ?source=."}
        )
    return found


def _limit(wanted: int) -> int:
    return max(1, min(wanted, MOST))


def _wanted(filters: Filters) -> SignalFilter:
    return SignalFilter(
        statuses=_words("status", filters.status.replace("open", "new,acknowledged"), SignalStatus.values),
        severities=tuple(int(SEVERITY_BY_WORD[w]) for w in _words("severity", filters.severity, SEVERITY_BY_WORD)),
        kinds=_words("kind", filters.kind, ("alert", "report", "sos")),
        source=filters.source, place=filters.place, entity=filters.entity, age=filters.age, words=filters.q,
    )  # fmt: skip


def _words(field: str, text: str, allowed: Any) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if not set(words) <= set(allowed):
        raise Invalid(f"The filter {field} is not usable.", fields={field: f"Use: {', '.join(allowed)}."})
    return words
