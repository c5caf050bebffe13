# SPDX-License-Identifier: Apache-2.0
"""What can happen when people sign in: subject is the account, or what the event names."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    name: ClassVar[str] = "account.signed_in"
    methods: tuple[str, ...]
    device: str
    failures_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """Somebody signed out."""

    name: ClassVar[str] = "account.signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    """Attempts to sign in failed: the first of a run, then each one that locked the account for longer."""

    name: ClassVar[str] = "account.sign_in_failed"
    what: str
    failures: int
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnlocked(Event):
    """An administrator let somebody try again at once."""

    name: ClassVar[str] = "account.unlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevoked(Event):
    """A session was ended from elsewhere; the subject is the session."""

    name: ClassVar[str] = "session.revoked"
    account_id: UUID
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(Event):
    """All sessions of an account ended, or all but the one that asked."""

    name: ClassVar[str] = "account.sessions_ended"
    reason: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorAdded(Event):
    """Somebody can prove themself in one more way."""

    name: ClassVar[str] = "second_factor.added"
    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(Event):
    """Somebody can prove themself in one way less."""

    name: ClassVar[str] = "second_factor.removed"
    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(Event):
    """New recovery codes were made; earlier ones no longer work."""

    name: ClassVar[str] = "second_factor.recovery_codes_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorsReset(Event):
    """An administrator took all second factors from somebody, who lost them."""

    name: ClassVar[str] = "second_factor.reset"
    reason: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOnLinked(Event):
    """A person of an identity provider was found to be this account."""

    name: ClassVar[str] = "single_sign_on.linked"
    provider: str
