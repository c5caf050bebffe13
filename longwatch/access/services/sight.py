# SPDX-License-Identifier: Apache-2.0
"""Who knew, when: that somebody saw, took or was told of a restricted record, a row for half an hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from longwatch.access.events import RecordSeen
from longwatch.access.models import Account
from longwatch.access.oversight import Sight, SightKind
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.ledger.writing import record_each_once

HALF_AN_HOUR = timedelta(minutes=30)
LOOKERS = (ActorKind.ACCOUNT, ActorKind.INTEGRATION)
# Rows in one statement; more of them take the database long to plan.
AT_ONCE = 50
# Seen lately, or open to whole roles: who may know of that is no secret to keep.
NOT_NEWS = """
select 1 from access_sight s
 where s.account_id = %s and s.record_id = %s and s.compartment_id = %s and s.how = %s and s.by_glass = %s and s.at > %s
union all
select 1 where not access_is_of_members(%s)
"""


def saw(kind: str, record_id: UUID, compartment_ids: Sequence[UUID], *, how: str = SightKind.VIEWED, by: Actor) -> int:
    """Write down that the actor comes to know what these compartments of a record hold; returns how many are new.

    One statement. Whoever saw the same in the same way within half an hour leaves nothing; nor does the system, nor
    anybody where the compartment is not one of named members.
    """
    return saw_all([(kind, record_id, each) for each in compartment_ids], how=how, by=by)


def saw_all(seen: Sequence[tuple[str, UUID, UUID]], *, how: str = SightKind.VIEWED, by: Actor) -> int:
    """The same for several records at once: of each its kind, its identifier and a compartment of it."""
    if by.kind not in LOOKERS or not seen:
        return 0
    way = SightKind.API if how == SightKind.VIEWED and by.via == "api" else how
    rows = [_sight(kind, record, place, way, (by.id, by.label), by) for kind, record, place in dict.fromkeys(seen)]
    return sum(_write(rows[at : at + AT_ONCE], by) for at in range(0, len(rows), AT_ONCE))


def told(kind: str, record_id: UUID, compartment_id: UUID, accounts: Iterable[Account], *, by: Actor) -> int:
    """Write down that a notification, which the actor causes, tells these people of the record; how many are new."""
    people = {each.id: each.name for each in accounts if each.is_active}
    how = SightKind.NOTIFIED
    rows = [_sight(kind, record_id, compartment_id, how, person, by) for person in people.items()]
    return _write(rows, by) if rows else 0


def _write(rows: Sequence[Sight], by: Actor) -> int:
    return record_each_once([(_event(row), row) for row in rows], by=by, unless=NOT_NEWS, known=_known)


def _sight(kind: str, record_id: UUID, compartment_id: UUID, how: str, who: tuple[UUID, str], by: Actor) -> Sight:
    now = clock.now()
    return Sight(
        org_id=by.org_id, account_id=who[0], account_label=who[1], record_kind=kind, record_id=record_id,
        compartment_id=compartment_id, how=how, by_glass=by.by_glass and who[0] == by.id, at=now,
        slot=half_hour_of(now),
    )  # fmt: skip


def half_hour_of(moment: datetime) -> datetime:
    """The beginning of the half hour that a moment falls into."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def _event(row: Sight) -> RecordSeen:
    return RecordSeen(subject_id=row.id, compartment_id=row.compartment_id, how=row.how, by_glass=row.by_glass)


def _known(row: Sight) -> tuple[Any, ...]:
    return (
        row.account_id,
        row.record_id,
        row.compartment_id,
        row.how,
        row.by_glass,
        row.at - HALF_AN_HOUR,
        row.compartment_id,
    )
