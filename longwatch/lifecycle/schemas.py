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
    """A page, the newest first."""

    items: list[HoldOut]
    next_cursor: str | None


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
    taken_up_by_id: UUID | None
    version: int


class DisposalList(Schema):
    """A page, the newest first."""

    items: list[DisposalOut]
    next_cursor: str | None


class IdentifierIn(Schema):
    """A name, address or number under which a person may be known."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=["email"], max_length=20)
    value: str = Field(examples=["jonas@example.org"], max_length=500)


class SubjectRequestIn(Schema):
    """What a data subject asks for: access, rectification, erasure or restriction."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=["access"], max_length=14)
    person: str = Field(examples=["Jonas Weber"], max_length=200)
    identifiers: list[IdentifierIn] = Field(default_factory=list, max_length=20)
    asker: str = Field(examples=["Himself, by e-mail"], max_length=300)
    identity_check: str = Field(examples=["Passport shown"], max_length=500)
    received_on: date


class ExtensionIn(Schema):
    """Until when the answer takes, and why."""

    model_config = ConfigDict(extra="forbid")

    until: date
    reason: str = Field(examples=["Many records, several owners"], max_length=500)


class AnswerIn(Schema):
    """How a request ended: granted, partly, refused or nothing."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(examples=["granted"], max_length=10)
    note: str = Field(examples=["Package sent by post."], max_length=2000)


class FindingDecisionIn(Schema):
    """Disclose, redact, comply or withhold; `extract` is what the person gets to read, `ground` why they do not."""

    model_config = ConfigDict(extra="forbid")

    choice: str = Field(examples=["withhold"], max_length=10)
    ground: str = Field("", max_length=16)
    extract: str = Field("", max_length=50000)
    note: str = Field("", max_length=500)


class SubjectFindingOut(Schema):
    """A record that names the person: how often, whom to ask, what was decided."""

    id: UUID
    record_kind: str
    record_id: UUID
    places: dict[str, int]
    owner_id: UUID | None
    choice: str
    ground: str
    extract: str
    decided_at: datetime | None
    version: int


class SubjectRequestOut(Schema):
    """A request of a data subject."""

    id: UUID
    kind: str
    person: str
    received_on: date
    due_on: date
    extension_reason: str
    answer: str
    answered_at: datetime | None
    version: int


class SubjectRequestWhole(SubjectRequestOut):
    """A request with what was found."""

    findings: list[SubjectFindingOut]


class SubjectRequestList(Schema):
    """The hundred most urgent."""

    items: list[SubjectRequestOut]
