# SPDX-License-Identifier: Apache-2.0
"""Webhooks out as the API gives and takes them."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict


class SubscriptionIn(Schema):
    """What a webhook is set up with."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(examples=["SOAR"], max_length=100)
    url: str = Field(examples=["https://soar.example.org/hooks/longwatch"], max_length=500)
    patterns: list[str] = Field(examples=[["incident.*", "case.closed"]], min_length=1, max_length=50)
    account_id: UUID = Field(description="What this account may not see is not told.")
    compartments: list[UUID] = Field(default=[], max_length=100, description="Only of these; empty: of all it may see.")


class SubscriptionOut(Schema):
    """A webhook out and how far the telling is."""

    id: UUID
    label: str
    url: str
    patterns: list[str]
    account_id: UUID
    compartments: list[UUID]
    created_at: datetime
    paused_at: datetime | None
    pause_reason: str
    closed_at: datetime | None
    position: int = Field(description="The place in the ledger that comes next.")
    delivered: int
    delivered_at: datetime | None
    failing_since: datetime | None
    failure: str
    refused: int = Field(description="Events that it refused for good and that were not told again.")
    version: int


class SubscriptionMadeOut(SubscriptionOut):
    """A new one, with its secret: in this answer only."""

    secret: str


class SubscriptionList(Schema):
    """All of the organisation."""

    items: list[SubscriptionOut]


class LetterOut(Schema):
    """An event that was refused: which entry of the ledger it is.

    Of an event that is closed to the reader the action is empty, and the entry 0.
    """

    id: UUID
    entry_id: int
    action: str
    at: datetime
    attempts: int
    failure: str


class LetterList(Schema):
    """The newest hundred."""

    items: list[LetterOut]
