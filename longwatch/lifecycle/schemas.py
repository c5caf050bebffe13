# SPDX-License-Identifier: Apache-2.0
"""Holds and disposals as the API gives and takes them."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict


class LegalHoldIn(Schema):
    """A hold: on a record (`record_kind`, `record_id`), on a person or thing (`kind`, `value`), or on everything."""

    model_config = ConfigDict(extra="forbid")

    scope: str = Field(examples=["record"], max_length=12)
    matter: str = Field(examples=["3 O 12/26"], max_length=200)
    reason: str = Field(examples=["The other side has sued."], max_length=500)
    record_kind: str = Field("", max_length=10)
    record_id: UUID | None = None
    kind: str = Field("", max_length=20)
    value: str = Field("", max_length=500)


class ReleaseIn(Schema):
    """Why a hold ends."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(examples=["Settled"], max_length=500)


class HoldOut(Schema):
    """A hold."""

    id: UUID
    scope: str
    record_kind: str
    record_id: UUID | None
    about: str
    matter: str
    reason: str
    placed_at: datetime
    released_at: datetime | None
    release_reason: str
    version: int


class HoldList(Schema):
    """The newest hundred."""

    items: list[HoldOut]


class DisposalOut(Schema):
    """A disposal: proposed, approved, running, done, kept or stopped."""

    id: UUID
    record_kind: str
    record_id: UUID
    outcome: str
    basis: str
    status: str
    due_on: date | None
    proposed_at: datetime
    decided_at: datetime | None
    keep_until: date | None
    counts: dict[str, int]
    destroyed: list[str]
    finished_at: datetime | None
    version: int


class DisposalList(Schema):
    """The newest hundred."""

    items: list[DisposalOut]
