# SPDX-License-Identifier: Apache-2.0
"""What is known, loaded lists, the inventory and watch-lists through the JSON API."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.core.errors import Invalid
from longwatch.enrichment import selectors
from longwatch.enrichment.models import Dataset, InventoryItem, WatchEntry, WatchList
from longwatch.enrichment.schemas import (
    DatasetOut,
    EnrichmentOut,
    InventoryItemChangeIn,
    InventoryItemIn,
    InventoryItemOut,
    InventoryPage,
    TableIn,
    TableOut,
    WatchIn,
    WatchListChangeIn,
    WatchListIn,
    WatchListOut,
    WatchOut,
)
from longwatch.enrichment.services import inventory, watching
from longwatch.intake import selectors as intake
from longwatch.records.severity import SEVERITY_BY_WORD
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Enrichment"])
MOST = 200


@router.get("/signals/{uuid:signal_id}/enrichment", response=EnrichmentOut, summary="What is known about a signal")
def signal_enrichment(request: HttpRequest, signal_id: UUID) -> dict[str, Any]:
    """Each with its source, date and end. They propose; none of them changes the signal."""
    api_actor(request, Permission.SIGNAL_READ)
    found = selectors.enrichment(intake.signal(signal_id).id)
    return {"state": found.state, "items": found.results}


@router.get("/intelligence", response=list[DatasetOut], summary="Loaded lists")
def dataset_list(request: HttpRequest) -> list[Dataset]:
    """What signals are compared with. Lists are loaded with `longwatch intel load FILE...`."""
    return list(selectors.datasets(api_actor(request, Permission.SOURCE_MANAGE)))


@router.get("/inventory/items", response=InventoryPage, summary="Assets or identities by name")
def item_list(
    request: HttpRequest, what: Literal["asset", "identity"] = "asset", q: str = "", cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """Words are looked for in name, identifiers, owner and site."""
    actor = api_actor(request, Permission.ENTITY_READ)
    page = selectors.items(actor, what, q, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post("/inventory/items", response={201: InventoryItemOut}, summary="Add an asset or identity")
def add_item(request: HttpRequest, response: HttpResponse, payload: InventoryItemIn) -> Status[InventoryItem]:
    """Identifiers are `kind:value`, such as `host:web1`, `ip:192.0.2.7`, `email:ana@example.org`."""
    actor = api_actor(request, Permission.ENTITY_READ)
    values = payload.dict()
    row = inventory.add_item(values.pop("what"), values, by=actor)
    tag(response, row.version)
    response.headers["Location"] = f"/api/v1/inventory/items/{row.id}"
    return Status(201, row)


@router.get("/inventory/items/{uuid:item_id}", response=InventoryItemOut, summary="One asset or identity")
def one_item(request: HttpRequest, response: HttpResponse, item_id: UUID) -> InventoryItem:
    """As it is known, with its version as ETag."""
    row = selectors.item(api_actor(request, Permission.ENTITY_READ), item_id)
    tag(response, row.version)
    return row


@router.patch("/inventory/items/{uuid:item_id}", response=InventoryItemOut, summary="Change an asset or identity")
def change_item(
    request: HttpRequest, response: HttpResponse, item_id: UUID, payload: InventoryItemChangeIn, version: IfMatch = None
) -> InventoryItem:
    """What is left out stays as it is."""
    actor = api_actor(request, Permission.ENTITY_READ)
    row = inventory.change_item(item_id, payload.dict(exclude_unset=True), expected_version=version, by=actor)
    tag(response, row.version)
    return row


@router.delete("/inventory/items/{uuid:item_id}", response={204: None}, summary="Take an asset or identity out")
def remove_item(request: HttpRequest, item_id: UUID, version: IfMatch = None) -> Status[None]:
    """The history keeps it."""
    inventory.remove_item(item_id, expected_version=version, by=api_actor(request, Permission.ENTITY_READ))
    return Status(204, None)


@router.post("/inventory/imports", response=TableOut, summary="Import a table")
def import_table(request: HttpRequest, payload: TableIn) -> dict[str, Any]:
    """All of it or nothing: a line that cannot be used refuses (422) the table, named by its number.

    With `preview` nothing is written, and the answer lists what is wrong.
    """
    actor = api_actor(request, Permission.ENTITY_READ)
    act = inventory.preview_table if payload.preview else inventory.import_table
    preview = act(payload.what, payload.csv, by=actor)
    wrong = [{"number": line.number, "wrong": line.wrong} for line in preview.wrong_lines[:MOST]]
    return {
        "added": preview.added, "changed": preview.changed, "same": preview.same, "wrong": list(preview.wrong),
        "wrong_lines": wrong,
    }  # fmt: skip


@router.get("/watch-lists", response=list[WatchListOut], summary="Watch-lists")
def watchlist_list(request: HttpRequest) -> list[WatchList]:
    """Those that end first first."""
    return list(selectors.watchlists(api_actor(request, Permission.SIGNAL_TRIAGE))[:MOST])


@router.post("/watch-lists", response={201: WatchListOut}, summary="Make a watch-list")
def make_watchlist(request: HttpRequest, response: HttpResponse, payload: WatchListIn) -> Status[WatchList]:
    """It needs a reason and an end within a year."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    if payload.expires_at.tzinfo is None:
        raise Invalid(
            "Name the zone of the end.", fields={"expires_at": "Name the zone, such as 2026-12-31T00:00:00Z."}
        )
    severity = None if payload.severity is None else int(SEVERITY_BY_WORD[payload.severity])
    row = watching.make_watchlist(**payload.dict() | {"severity": severity}, by=actor)
    tag(response, row.version)
    response.headers["Location"] = f"/api/v1/watch-lists/{row.id}"
    return Status(201, row)


@router.get("/watch-lists/{uuid:watchlist_id}", response=WatchListOut, summary="One watch-list")
def one_watchlist(request: HttpRequest, response: HttpResponse, watchlist_id: UUID) -> WatchList:
    """Why, for whom, until when."""
    row = selectors.watchlist(api_actor(request, Permission.SIGNAL_TRIAGE), watchlist_id)
    tag(response, row.version)
    return row


@router.patch("/watch-lists/{uuid:watchlist_id}", response=WatchListOut, summary="Change a watch-list")
def change_watchlist(
    request: HttpRequest, response: HttpResponse, watchlist_id: UUID, payload: WatchListChangeIn,
    version: IfMatch = None,
) -> WatchList:  # fmt: skip
    """What is left out stays as it is; an end in the past ends it."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    changes = payload.dict(exclude_unset=True, exclude_none=True)
    if payload.expires_at is not None and payload.expires_at.tzinfo is None:
        raise Invalid(
            "Name the zone of the end.", fields={"expires_at": "Name the zone, such as 2026-12-31T00:00:00Z."}
        )
    row = watching.change_watchlist(watchlist_id, changes, expected_version=version, by=actor)
    tag(response, row.version)
    return row


@router.get("/watch-lists/{uuid:watchlist_id}/entries", response=list[WatchOut], summary="What is on a watch-list")
def watched(request: HttpRequest, watchlist_id: UUID) -> list[WatchEntry]:
    """All that is on it now."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    return list(selectors.entries(selectors.watchlist(actor, watchlist_id).id))


@router.post("/watch-lists/{uuid:watchlist_id}/entries", response={201: WatchOut}, summary="Watch for something")
def watch(request: HttpRequest, response: HttpResponse, watchlist_id: UUID, payload: WatchIn) -> Status[WatchEntry]:
    """What is on the list already stays the same entry."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    entry = watching.watch(watchlist_id, kind=payload.kind, value=payload.value, by=actor)
    tag(response, entry.version)
    return Status(201, entry)


@router.delete(
    "/watch-lists/{uuid:watchlist_id}/entries/{uuid:entry_id}", response={204: None}, summary="Watch no longer"
)
def unwatch(request: HttpRequest, watchlist_id: UUID, entry_id: UUID, version: IfMatch = None) -> Status[None]:
    """The history keeps it."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    watching.unwatch(watchlist_id, entry_id, expected_version=version, by=actor)
    return Status(204, None)
