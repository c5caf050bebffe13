# SPDX-License-Identifier: Apache-2.0
"""What the API says about the caller, accounts and tokens."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from longwatch.access.models import TokenState


class Strict(Schema):
    """An input: a field that nobody knows is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class Me(Schema):
    """Who the token acts as, and what it may do."""

    id: UUID
    name: str
    roles: list[str]
    permissions: list[str]


class AccountOut(Schema):
    """An account."""

    id: UUID
    name: str
    email: str
    title: str
    roles: list[str]
    is_active: bool
    version: int


class AccountIn(Strict):
    """A new account."""

    name: str = Field(min_length=1, max_length=150)
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    title: str = Field(default="", max_length=150)
    roles: list[str] = Field(min_length=1)


class RolesIn(Strict):
    """All roles of an account."""

    roles: list[str] = Field(min_length=1)


class TokenOut(Schema):
    """A token, without its text."""

    id: UUID
    label: str
    prefix: str
    account_id: UUID
    permissions: list[str]
    source_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    state: TokenState
    version: int


class TokenIn(Strict):
    """A new token; without an account it acts as the caller, without an end it works until it is revoked."""

    label: str = Field(min_length=1, max_length=200)
    account_id: UUID | None = None
    permissions: list[str] = Field(min_length=1)
    source_id: UUID | None = None
    expires_at: AwareDatetime | None = None


class NewToken(TokenOut):
    """A new token with its text, shown this once."""

    token: str


class LedgerEntryOut(Schema):
    """An entry, without the content of records."""

    id: int
    at: datetime
    action: str
    subject_id: UUID
    record_id: UUID | None
    actor_kind: str
    actor_id: UUID
    via: str
    leaf_hash: str
