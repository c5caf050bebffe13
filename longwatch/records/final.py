# SPDX-License-Identifier: Apache-2.0
"""What keeps a closed record closed for good, as packages above this one say; and the turns of keeping and erasing."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection

OBJECTIONS: list[Callable[[UUID], None]] = []
ERASES = "select pg_advisory_xact_lock_shared(hashtextextended('legal hold ' || %s, 0))"
HOLDS = "select pg_advisory_xact_lock(hashtextextended('legal hold ' || %s, 0))"


def refuse_final(record_id: UUID) -> None:
    """Refuses (409) to open a record again to which somebody objects."""
    for object_to in OBJECTIONS:
        object_to(record_id)


def await_holds(org_id: UUID) -> None:
    """Wait for a legal hold that is being placed; none is placed until this transaction ends.

    The first thing that a service does which lets content go, before it looks for holds: what it found then stays true.
    """
    _take_turn(ERASES, org_id)


def await_erasing(org_id: UUID) -> None:
    """Wait for what lets content go in an organisation; nothing more goes until this transaction ends.

    The first thing that a service does which places a legal hold.
    """
    _take_turn(HOLDS, org_id)


def _take_turn(statement: str, org_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [str(org_id)])
