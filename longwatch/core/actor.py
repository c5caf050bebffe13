# SPDX-License-Identifier: Apache-2.0
"""Who acts, as services and the ledger know it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from longwatch.core.ids import uuid7

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
PUBLIC_ID = UUID("00000000-0000-7000-8000-000000000002")


class ActorKind(StrEnum):
    """What sort of actor this is."""

    ACCOUNT = "account"
    INTEGRATION = "integration"
    REPORTER = "reporter"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which organisation, with which permissions, through which entrance."""

    kind: ActorKind
    id: UUID
    label: str
    org_id: UUID
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    via: str = "web"
    operation_id: UUID = field(default_factory=uuid7)
    # The one source that the actor's token may send to; None: any of its organisation.
    source_id: UUID | None = None
    # When the actor's token stops working; None: never, or there is no token.
    expires_at: datetime | None = None
    # The actor sees the record at hand through broken glass only: they read, and change nothing.
    by_glass: bool = False

    def may(self, permission: str) -> bool:
        """Whether the actor's roles or token carry the permission; the object's compartment is another matter."""
        return permission in self.permissions

    def through(self, entrance: str) -> "Actor":
        """The same actor, acting through another entrance in a new operation."""
        fresh = uuid4() if self.kind == ActorKind.REPORTER else uuid7()
        return replace(self, via=entrance, operation_id=fresh)


def public_reporter(org_id: UUID, permissions: frozenset[str] = frozenset()) -> Actor:
    """Somebody at the public report form; nothing else is known of them, not even the moment (core.discretion)."""
    return Actor(
        ActorKind.REPORTER, PUBLIC_ID, "Reporter", org_id, permissions=permissions, via="report form",
        operation_id=uuid4(),
    )  # fmt: skip


def system(org_id: UUID, permissions: frozenset[str] = frozenset(), via: str = "job") -> Actor:
    """Longwatch itself, in a job or at set-up."""
    return Actor(ActorKind.SYSTEM, SYSTEM_ID, "Longwatch", org_id, permissions=permissions, via=via)
