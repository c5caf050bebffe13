# SPDX-License-Identifier: Apache-2.0
"""What the API takes and says about merging, markings, sightings over time and the graph."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.entities.kinds import EntityKind
from longwatch.entities.markings import Pap, Tlp
from longwatch.records.models import RecordKind


class BasisIn(Schema):
    """On the basis of which record something is said; who may see it, may see what is said. And why."""

    model_config = ConfigDict(extra="forbid")

    record_kind: RecordKind
    record_id: UUID
    section_id: UUID | None = Field(None, description="A section of the case; without it its core")
    reason: str = Field(min_length=1, max_length=500)


class IdentityIn(BasisIn):
    """What else the entity is called, or what it is not."""

    kind: EntityKind
    value: str = Field(min_length=1, max_length=500)
    same: bool = Field(True, description="False: they look alike and are not the same")


class MarkingIn(BasisIn):
    """With whom it may be shared, and what may be done with it; at least one of them."""

    tlp: Tlp | None = None
    pap: Pap | None = None


class StatementOut(Schema):
    """What was said, by whom, on the basis of which record, and whether it holds."""

    id: UUID
    entity_id: UUID
    kind: str
    value: str
    record_kind: str
    record_id: UUID
    reason: str
    said_at: datetime
    said_label: str
    ended_at: datetime | None
    ended_label: str
    version: int


class IdentityOut(StatementOut):
    """That `entity_id` is the same as `into_id`, or not."""

    into_id: UUID
    into_kind: str
    into_value: str
    same: bool


class MarkingOut(StatementOut):
    """How an entity is marked."""

    tlp: str
    pap: str


class IdentityList(Schema):
    """What was ever said of an entity being the same as others, as far as the caller sees; the newest first."""

    items: list[IdentityOut]


class MarkingList(Schema):
    """The markings that hold, and the strictest of them."""

    items: list[MarkingOut]
    tlp: str
    pap: str


class SuggestionOut(Schema):
    """What is likely the same, and why."""

    entity_id: UUID
    kind: str
    value: str
    why: str


class SuggestionList(Schema):
    """Likely duplicates, best first. Nothing is merged by itself."""

    items: list[SuggestionOut]


class MomentOut(Schema):
    """A stretch of time with how many records of each kind first named it then."""

    start: datetime
    signal: int
    incident: int
    case: int


class OverTimeOut(Schema):
    """Sightings over time; `cut`: older ones are left out, because there were too many."""

    unit: str = Field(description="hour, day, week, month or year; empty when it was seen nowhere")
    items: list[MomentOut]
    cut: bool


class NodeOut(Schema):
    """An entity or a record."""

    key: str = Field(description="`entity:`, `signal:`, `incident:` or `case:` and the identifier")
    sort: str
    word: str
    label: str


class NeighbourOut(Schema):
    """What a node is tied to, how, and since when."""

    node: NodeOut
    tie: str
    at: datetime


class GraphOut(Schema):
    """A node and a page of what it is tied to, newest first."""

    node: NodeOut
    items: list[NeighbourOut]
    next_cursor: str | None


def basis_of(payload: BasisIn) -> dict[str, Any]:
    """The fields of a payload that are not about its basis."""
    return payload.dict(exclude={"record_kind", "record_id", "section_id"})
