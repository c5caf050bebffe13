# SPDX-License-Identifier: Apache-2.0
"""Which kinds of records an actor may read at all; compartments narrow that further.

Row security knows the account, not the token: a narrow token's limits are held where answers are put together.
"""

from collections.abc import Mapping

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.records.models import RecordKind

READING: Mapping[RecordKind, Permission] = {
    RecordKind.SIGNAL: Permission.SIGNAL_READ,
    RecordKind.INCIDENT: Permission.INCIDENT_READ,
    RecordKind.CASE: Permission.CASE_READ,
}


def readable_kinds(actor: Actor) -> list[str]:
    """The kinds of records that the actor's permissions open."""
    return [str(kind) for kind, permission in READING.items() if actor.may(permission)]
