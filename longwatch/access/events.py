# SPDX-License-Identifier: Apache-2.0
"""What can happen to accounts, tokens, compartments and their members."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCreated(Event):
    """An organisation was set up."""

    name: ClassVar[str] = "organisation.created"
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(Event):
    """An organisation has another name, or says something else to reporters in danger."""

    name: ClassVar[str] = "organisation.changed"
    before: str
    after: str
    emergency_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(Event):
    """Somebody was given an account."""

    name: ClassVar[str] = "account.created"
    account: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRolesChanged(Event):
    """An account's roles were changed."""

    name: ClassVar[str] = "account.roles_changed"
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled(Event):
    """An account can no longer sign in."""

    name: ClassVar[str] = "account.disabled"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHandedOver(Event):
    """An account was closed, and all that its person had in hand was given to successors, or proposed to be."""

    name: ClassVar[str] = "account.handed_over"
    reason: str
    successors: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverMade(Event):
    """The work of somebody who left, in one compartment, has a successor, or waits for one; made by the database."""

    name: ClassVar[str] = "hand_over.made"
    account: str
    successor: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverApproved(Event):
    """Somebody inside, or a privacy officer, decided who takes over."""

    name: ClassVar[str] = "hand_over.approved"
    account: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """An account got another password."""

    name: ClassVar[str] = "account.password_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged(Event):
    """Somebody changed how pages look to them."""

    name: ClassVar[str] = "account.preferences_changed"
    time_zone: str
    theme: str
    single_keys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Event):
    """An API token was made; the token itself was shown once."""

    name: ClassVar[str] = "token.created"
    label: str
    account_id: UUID
    permissions: tuple[str, ...]
    source_id: UUID | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """An API token stopped working."""

    name: ClassVar[str] = "token.revoked"
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompartmentOpened(Event):
    """A compartment was made."""

    name: ClassVar[str] = "compartment.opened"
    kind: str
    compartment: str
    reader_roles: tuple[str, ...]
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompartmentReadersAdded(Event):
    """A standing compartment opened to roles that came later; made by a migration (sql/readers.sql)."""

    name: ClassVar[str] = "compartment.readers_added"
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(Event):
    """Somebody was let into a compartment."""

    name: ClassVar[str] = "member.added"
    account_id: UUID
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(Event):
    """Somebody's membership ended."""

    name: ClassVar[str] = "member.removed"
    account_id: UUID
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassTried(Event):
    """Somebody tried to break the glass and nothing opened."""

    name: ClassVar[str] = "break_glass.tried"
    reference: str
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Event):
    """Somebody opened a record that they may not see otherwise, to read it for a while."""

    name: ClassVar[str] = "break_glass.opened"
    account: str
    reason_code: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassEnded(Event):
    """A break-glass ended before its time."""

    name: ClassVar[str] = "break_glass.ended"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassReviewed(Event):
    """A privacy officer judged a break-glass."""

    name: ClassVar[str] = "break_glass.reviewed"
    account: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeen(Event):
    """Somebody saw a restricted record, or a section of one, for the first time in half an hour.

    Carries no record_id: a history shows what happened to a record, not every look at it (longwatch/access/sight.py).
    """

    name: ClassVar[str] = "record.seen"
    how: str
    by_glass: bool
