# SPDX-License-Identifier: Apache-2.0
"""Telling senders, as the API gives and takes it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

OccasionWord = Literal["dismissed", "taken", "closed", "reopened"]


class SenderCallIn(Schema):
    """A call at the sender, with places for values (docs/how-to/telling-the-sender.md)."""

    model_config = ConfigDict(extra="forbid")

    occasions: list[OccasionWord] = Field(min_length=1)
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    path: str = Field("", max_length=4_000, examples=["/alerts/${raw:id}"])
    content: Literal["json", "form", "none"] = "json"
    body: str = Field("", max_length=100_000, examples=['{"status": "closed"}'])


class SenderIn(Schema):
    """How a sender is to be told; an empty secret keeps the one that there is for this host."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=500, examples=["https://kibana.example.org:5601"])
    calls: list[SenderCallIn] = Field(min_length=1, max_length=4)
    headers: dict[str, str] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict, description="The sender's words for outcomes; * for others.")
    scheme: Literal["none", "bearer", "basic", "header"] = "none"
    user: str = Field("", max_length=200, description="The user of a password, or the name of the header.")
    secret: str = Field("", max_length=4_000, description="Kept hidden and never shown; sent to this host only.")
    authorities: str = Field("", max_length=100_000, description="Certificates of authorities in PEM.")
    verified: bool = True
    tells_who: bool = False
    tells_why: bool = False


class SenderCallOut(Schema):
    """A call."""

    occasions: list[str]
    method: str
    path: str
    content: str
    body: str


class SenderOut(Schema):
    """How a sender is told, and how that goes; never its secret."""

    id: UUID
    source_id: UUID
    url: str
    calls: list[SenderCallOut]
    headers: dict[str, str]
    words: dict[str, str]
    scheme: str
    user: str
    verified: bool
    tells_who: bool
    tells_why: bool
    created_at: datetime
    paused_at: datetime | None
    closed_at: datetime | None
    told: int
    told_at: datetime | None
    failing_since: datetime | None
    failure: str
    stuck: bool = Field(description="It failed for days; the worker tries no more until it is resumed or changed.")
    version: int


class SenderMessageOut(Schema):
    """Something that is or was to be told."""

    id: UUID
    signal_id: UUID
    entry_id: int
    occasion: str
    outcome: str
    state: Literal["waiting", "told", "refused", "dropped"]
    at: datetime
    attempts: int
    failure: str


class SenderMessageList(Schema):
    """The newest hundred."""

    items: list[SenderMessageOut]


class SenderTrialIn(Schema):
    """About which signal; `send` sends it once, to the sender itself."""

    model_config = ConfigDict(extra="forbid")

    signal_id: UUID
    occasion: OccasionWord
    send: bool = False


class SenderTrialCallOut(Schema):
    """A call as it is sent, without what signs in, and what came back."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    missing: str = Field(description="Why it is not sent; else empty.")
    works: bool | None = None
    sentence: str = ""
    answer: str = ""


class SenderTrialOut(Schema):
    """Each call of the occasion."""

    calls: list[SenderTrialCallOut]


class SenderTemplateOut(Schema):
    """A ready-made way to begin with."""

    name: str
    title: str
    about: str
    notes: str
    url: str
    scheme: str
    user: str
    headers: dict[str, str]
    words: dict[str, str]
    calls: list[SenderCallOut]
