# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, and ending sessions, with their entries in the ledger."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.sessions import end_session, end_sessions, living
from longwatch.access.sign_in_events import SessionRevoked, SessionsEnded, SignedIn, SignedOut
from longwatch.access.sign_in_models import Session
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound


def note_sign_in(*, methods: Sequence[str], device: str, failures_before: int = 0, by: Actor) -> None:
    """Say that the actor has come in, with what they showed."""
    event = SignedIn(subject_id=by.id, methods=tuple(methods), device=device, failures_before=failures_before)
    ledger.append(event, by=by)


def note_sign_out(*, by: Actor) -> None:
    """Say that the actor has left."""
    ledger.append(SignedOut(subject_id=by.id), by=by)


def sessions_of(account_id: UUID, *, by: Actor) -> list[Session]:
    """Where somebody is signed in: one's own, anybody's of the organisation for an administrator."""
    return living(_person(account_id, by).id)


@transaction.atomic
def revoke_session(account_id: UUID, session_id: UUID, *, by: Actor) -> None:
    """End one session at once, one's own or as an administrator; refuses (404) one that has ended."""
    found = next((each for each in sessions_of(account_id, by=by) if each.id == session_id), None)
    if found is None or not end_session(account_id, session_id):
        raise NotFound
    ledger.append(SessionRevoked(subject_id=session_id, account_id=account_id, device=found.device), by=by)


@transaction.atomic
def revoke_sessions(account_id: UUID, *, reason: str, by: Actor, but: UUID | None = None) -> int:
    """End all sessions at once, or all but one; returns how many there were. None changes nothing."""
    account = _person(account_id, by)
    number = end_sessions(account.id, but=but)
    if number:
        ledger.append(SessionsEnded(subject_id=account.id, reason=reason, number=number), by=by)
    return number


def _person(account_id: UUID, by: Actor) -> Account:
    account = selectors.account_of(by, account_id)
    if account.id != by.id:
        require(by, Permission.ACCOUNT_ADMINISTER)
    return account
