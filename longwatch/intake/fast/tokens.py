# SPDX-License-Identifier: Apache-2.0
"""Who sends, and to which source: from the bearer token, remembered for a few seconds."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from longwatch.access.actors import token_digest
from longwatch.access.roles import Permission, permissions_of
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Invalid, NotAllowed, SignInNeeded
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.mapping.own import reading_of
from longwatch.intake.quiet_rules import quiet_rules

# A revoked token or a changed source works on for at most this long.
REMEMBER_SECONDS = 20.0
MOST_REMEMBERED = 10_000
LONGEST_TOKEN = 200

WHO_SENDS = """
select t.id, t.org_id, t.account_id, a.name, a.roles, t.permissions, t.source_id, t.expires_at
  from access_api_token t join access_account a on a.id = t.account_id
 where t.token_hash = %s and t.revoked_at is null and a.is_active
"""
SOURCE = """
select id, org_id, compartment_id, slug, name, kind, dedup_fields, default_severity, rate_per_second, burst, enabled,
       intake_quiet_rules(id) as quiet, format, time_zone, intake_own_mapping(id, format) as own
  from intake_source where org_id = %s and (id = %s or slug = %s)
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """The actor behind a token, and the source it is bound to, if any."""

    token_id: UUID
    actor: Actor
    source_id: UUID | None
    expires_at: datetime | None


class Memory:
    """Values with a short life; all are forgotten when there are too many."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, Any]] = {}

    def get(self, key: Any) -> tuple[Any] | None:
        """The remembered value, in a tuple because None can be remembered too."""
        found = self._kept.get(key)
        return (found[1],) if found is not None and found[0] > time.monotonic() else None

    def keep(self, key: Any, value: Any) -> None:
        """Remember a value for a while."""
        if len(self._kept) >= MOST_REMEMBERED:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + REMEMBER_SECONDS, value)


class Tokens:
    """Looks up tokens and sources on the intake's own connections."""

    def __init__(self, pool: "AsyncConnectionPool[Any]") -> None:
        self._pool = pool
        self._senders = Memory()
        self._sources = Memory()

    async def sender(self, authorization: bytes) -> Sender:
        """Who sends; refuses an unknown token (401) and one that may not send signals (403)."""
        scheme, _, text = authorization.partition(b" ")
        token = text.strip()
        if scheme.lower() != b"bearer" or not token or len(token) > LONGEST_TOKEN:
            raise SignInNeeded("Send a valid API token as a bearer token.")
        digest = token_digest(token.decode("latin-1"))
        remembered = self._senders.get(digest)
        if remembered is None:
            remembered = (await self._look_up(digest),)
            self._senders.keep(digest, remembered[0])
        sender: Sender | None = remembered[0]
        if sender is None or (sender.expires_at is not None and sender.expires_at <= clock.now()):
            raise SignInNeeded("This token is unknown, expired or revoked.", code="token_unknown")
        if not sender.actor.may(Permission.SIGNAL_SUBMIT):
            raise NotAllowed("This token may not send signals.", code="permission_missing")
        return sender

    async def source(self, sender: Sender, slug: str) -> SourceFacts:
        """The token's own source, else the one named; refuses an unknown (422) and a disabled one (403)."""
        if sender.source_id is None and not slug:
            raise Invalid(
                "Say which source this comes from.",
                fields={"source": "Name the source, in the body or as ?source=, or use a token bound to one."},
            )
        key = sender.source_id or (sender.actor.org_id, slug)
        remembered = self._sources.get(key)
        if remembered is None:
            remembered = (await self._look_up_source(sender, slug),)
            self._sources.keep(key, remembered[0])
        source: SourceFacts | None = remembered[0]
        if source is None:
            raise Invalid("The source is unknown.", fields={"source": "There is no source of this name."})
        if not source.enabled:
            raise NotAllowed("This source is switched off.", code="source_disabled")
        return source

    async def _look_up(self, digest: bytes) -> Sender | None:
        async with self._pool.connection() as connection:
            found = await (await connection.execute(WHO_SENDS, [digest])).fetchone()
        if found is None:
            return None
        token_id, org_id, account_id, name, roles, permissions, source_id, expires_at = found
        role_set = frozenset(roles)
        kind = ActorKind.INTEGRATION if role_set == {"integration"} else ActorKind.ACCOUNT
        allowed = permissions_of(role_set) & frozenset(permissions)
        actor = Actor(kind, account_id, name, org_id, role_set, allowed, "api")
        return Sender(token_id, actor, source_id, expires_at)

    async def _look_up_source(self, sender: Sender, slug: str) -> SourceFacts | None:
        name = None if sender.source_id else slug
        async with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(SourceFacts)) as cursor,
        ):
            await cursor.execute(SOURCE, [sender.actor.org_id, sender.source_id, name])
            found: SourceFacts | None = await cursor.fetchone()
            return sourced(found) if found is not None else None


def sourced(found: SourceFacts) -> SourceFacts:
    """A source as the database gives it, its quiet rules and its own mapping made ready."""
    quiet: Any = found.quiet
    own: Any = found.own
    return replace(found, quiet=quiet_rules(quiet), own=reading_of(own))
