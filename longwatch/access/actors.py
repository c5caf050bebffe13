# SPDX-License-Identifier: Apache-2.0
"""From an account or a bearer token to the actor it may be."""

import hashlib

from django.db.models import Q

from longwatch.access.models import Account, ApiToken
from longwatch.access.roles import permissions_of
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import SignInNeeded


def actor_of(account: Account, via: str = "web") -> Actor:
    """The actor that an account is, with all permissions of its roles."""
    roles = account.role_set
    kind = ActorKind.INTEGRATION if roles == {"integration"} else ActorKind.ACCOUNT
    return Actor(kind, account.id, account.name, account.org_id, roles, permissions_of(roles), via)


def token_digest(token: str) -> bytes:
    """What is kept of a token. It has 256 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def actor_of_token(token: str) -> Actor:
    """The actor behind a bearer token, within the token's own permissions; refuses unknown, old and revoked ones."""
    usable = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=clock.now()))
    found = ApiToken.objects.select_related("account").filter(usable, token_hash=token_digest(token)).first()
    if found is None or not found.account.is_active:
        raise SignInNeeded("This token is unknown, expired or revoked.", code="token_unknown")
    actor = actor_of(found.account, via="api")
    return Actor(
        actor.kind, actor.id, actor.label, actor.org_id, actor.roles,
        actor.permissions & frozenset(found.permissions), "api", source_id=found.source_id,
        expires_at=found.expires_at,
    )  # fmt: skip
