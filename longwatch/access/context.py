# SPDX-License-Identifier: Apache-2.0
"""The row-security context: which account the database believes is asking, for one transaction."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor


@dataclass(frozen=True, slots=True)
class OpenGlass:
    """A record that the actor sees only because they broke the glass, and until when."""

    id: UUID
    kind: str
    record_id: UUID
    reference: str
    expires_at: datetime

    def is_named_by(self, values: Sequence[object]) -> bool:
        """Whether one of these parts of an address is this record."""
        names = {str(self.record_id), self.reference}
        return any(str(value) in names or str(value).upper() == self.reference for value in values)


@dataclass(frozen=True, slots=True)
class Entered:
    """What is good to know at the beginning of a request."""

    glass: Sequence[OpenGlass]
    # Notices that wait; up to 100 are counted.
    unread: int


def set_context(actor: Actor | None) -> Entered:
    """Tell the database who asks until the transaction ends; nobody sees no rows.

    Nothing is seen through broken glass without the permission, as with a narrow token.
    Must be called inside a transaction: the setting is transaction-local on purpose.
    """
    account = str(actor.id) if actor is not None else ""
    return _enter(account, "on" if actor is not None and actor.may(Permission.BREAK_GLASS) else "")


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[Actor | None]:
    """One transaction as the actor, for jobs, commands and tests; the context before it comes back after."""
    with transaction.atomic():
        before = _context()
        set_context(actor)
        yield actor
        _enter(*before)


def _context() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(current_setting('longwatch.account', true), ''),"
            " coalesce(current_setting('longwatch.glass', true), '')"
        )
        account, glass = cursor.fetchone()
        return str(account), str(glass)


def _enter(account: str, glass: str) -> Entered:
    with connection.cursor() as cursor:
        cursor.execute("select enter_context(%s, %s)", [account, glass])
        (answer,) = cursor.fetchone()
    found = json.loads(answer) if isinstance(answer, str) else answer
    return Entered([_open_glass(row) for row in found["glass"]], found["unread"])


def _open_glass(row: dict[str, str]) -> OpenGlass:
    expires_at = datetime.fromisoformat(row["expires_at"])
    return OpenGlass(UUID(row["id"]), row["kind"], UUID(row["record_id"]), row["reference"], expires_at)
