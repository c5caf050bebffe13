# SPDX-License-Identifier: Apache-2.0
"""Exhibits that wait for somebody to confirm that they have them, as far as the reader may know."""

from dataclasses import dataclass

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.evidence.selectors import offers
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.search.records_directory import Described, described

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offer that is not answered, and the record of its exhibit."""

    offer: CustodyEvent
    record: Described | None

    @property
    def exhibit(self) -> Exhibit:
        """What was offered."""
        return self.offer.exhibit


def for_me(actor: Actor) -> list[Waiting]:
    """What was offered to the actor, the oldest first."""
    return _waiting(actor, receiver_id=actor.id)


def of_mine(actor: Actor) -> list[Waiting]:
    """What the actor offered to others, the oldest first."""
    return _waiting(actor, actor_id=actor.id)


def _waiting(actor: Actor, **whose: object) -> list[Waiting]:
    if not actor.may(Permission.EVIDENCE_READ):
        return []
    found = [each for each in offers().filter(**whose)[:MOST_SHOWN] if _reads(actor, each.exhibit)]
    records = described({(each.exhibit.record_kind, each.exhibit.record_id) for each in found})
    return [Waiting(each, records.get(each.exhibit.record_id)) for each in found]


def _reads(actor: Actor, row: Exhibit) -> bool:
    return actor.may(READING[RecordKind(row.record_kind)])
