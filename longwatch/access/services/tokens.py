# SPDX-License-Identifier: Apache-2.0
"""API tokens: shown once, kept as a hash, within named permissions."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors
from longwatch.access.actors import actor_of, token_digest
from longwatch.access.events import TokenCreated, TokenRevoked
from longwatch.access.models import Account, ApiToken
from longwatch.access.roles import Permission, Role
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed, NotFound, refuse_stale

TOKEN_START = "lw_"  # noqa: S105  # not a secret: it lets secret scanners recognise one


@transaction.atomic
def create_token(
    *,
    account_id: UUID,
    label: str,
    permissions: Iterable[str],
    by: Actor,
    source_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for an account and return it with the text that is shown this once; without an end it works on.

    Refuses one that acts as another person: an administrator would read, and act, as them.
    """
    account = selectors.account_of(by, account_id)
    if account.id != by.id and not by.may(Permission.ACCOUNT_ADMINISTER):
        raise NotAllowed("You can make tokens for yourself only.", code="permission_missing")
    if account.id != by.id and Role.INTEGRATION not in account.role_set:
        sentence = f"A token that acts as {account.name} is {account.name}'s own to make. Choose a program's account."
        raise NotAllowed(sentence, code="not_a_program")
    wanted = sorted(set(permissions))
    excess = set(wanted) - _grantable(account, by)
    if excess or not wanted:
        sentence = "A token can carry only what its account may do."
        raise Invalid(sentence, fields={"permissions": ", ".join(sorted(excess)) or "Choose at least one."})
    _refuse_end(expires_at, by if account.id == by.id else None)
    text = TOKEN_START + secrets.token_urlsafe(32)
    token = ApiToken(
        org_id=by.org_id, account=account, label=label, prefix=text[:9], token_hash=token_digest(text),
        permissions=wanted, source_id=source_id, expires_at=expires_at,
    )  # fmt: skip
    event = TokenCreated(
        subject_id=token.id, label=label, account_id=account.id, permissions=tuple(wanted), source_id=source_id,
        expires_at=expires_at,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=token), text


def _grantable(account: Account, by: Actor) -> frozenset[str]:
    """What the account may do; of one's own account only what is in hand, so that a token cannot make a wider one."""
    permissions = actor_of(account).permissions
    return permissions & by.permissions if account.id == by.id else permissions


def _refuse_end(expires_at: datetime | None, own: Actor | None) -> None:
    """Refuse (422) an end that has passed, and a token that outlives the one it is made with."""
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("The token would never work.", fields={"expires_at": "Give a time that is still to come."})
    if own is not None and own.expires_at is not None and (expires_at is None or expires_at > own.expires_at):
        sentence = f"The token you use ends at {own.expires_at.isoformat()}; one made with it cannot outlive it."
        raise Invalid("A token cannot make one that works longer.", fields={"expires_at": sentence})


@transaction.atomic
def revoke_token(token_id: UUID, *, by: Actor, expected_version: int | None = None) -> ApiToken:
    """Stop a token from working at once; revoking twice changes nothing."""
    token = ApiToken.objects.select_for_update().filter(org_id=by.org_id, id=token_id).first()
    if token is None or (token.account_id != by.id and not by.may(Permission.ACCOUNT_ADMINISTER)):
        raise NotFound
    refuse_stale(token.version, expected_version)
    if token.revoked_at is not None:
        return token
    token.revoked_at = clock.now()
    return ledger.record(TokenRevoked(subject_id=token.id, label=token.label), by=by, row=token, fields=["revoked_at"])
