# SPDX-License-Identifier: Apache-2.0
"""Signals that the engine gave up, because a stage failed on them again and again; and having them tried again."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.intake import selectors
from longwatch.intake.events import SettlingRetried
from longwatch.intake.settling import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A source, and how many of its signals were given up."""

    source_id: UUID
    source: str
    signals: int


def given_up() -> list[GivenUp]:
    """Of each source that the actor may know of; nothing for whoever does not manage sources."""
    with connection.cursor() as cursor:
        cursor.execute("select source_id, source, signals from intake_given_up(%s)", [MOST_ATTEMPTS])
        return [GivenUp(*row) for row in cursor.fetchall()]


def given_up_everywhere() -> int:
    """How many there are in the whole installation, for monitoring."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_given_up_count(%s)", [MOST_ATTEMPTS])
        return int(cursor.fetchone()[0])


@transaction.atomic
def try_again(source_id: UUID, *, by: Actor) -> int:
    """Have the signals of a source tried again that were given up; how many. Without any, nothing happens.

    Refuses (404) another organisation's source, (403) who does not manage sources.
    """
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    with connection.cursor() as cursor:
        cursor.execute("select intake_try_again(%s, %s)", [source.id, MOST_ATTEMPTS])
        count = int(cursor.fetchone()[0])
    if count:
        event = SettlingRetried(
            subject_id=source.id, compartment_id=source.compartment_id, source=source.name, signals=count
        )
        ledger.append(event, by=by)
    return count
