# SPDX-License-Identifier: Apache-2.0
"""The ledger as a feed: sealed entries in the order of the tree, as far as whoever asks may see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.exchange.hook_rules import Happened
from longwatch.ledger.proofs import latest_checkpoint

# So many places of the tree are looked at in one go, whoever may see how many of them.
AT_ONCE = 2_000
ENTRIES = """
select l.leaf_index, e.id, e.at, e.action, e.subject_id, e.record_id, e.compartment_id, e.actor_kind, e.actor_id, e.via,
       e.operation_id, coalesce(d.fields, '{}')
  from ledger_leaf l join ledger_entry e on e.id = l.entry_id left join ledger_detail d on d.entry_id = e.id
 where l.leaf_index >= %s and l.leaf_index < %s and e.org_id = %s
 order by l.leaf_index
"""
# The row is content of ours, not what the event says.
NOT_TOLD = frozenset({"row", "actor"})


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is told."""

    position: int
    entry_id: int
    at: datetime
    action: str
    data: Mapping[str, Any]
    happened: Happened

    @property
    def message_id(self) -> str:
        """The same whenever it is told, so that a receiver can tell a repetition."""
        return f"longwatch-{self.entry_id}"

    @property
    def body(self) -> bytes:
        """As it is sent."""
        told = {"type": self.action, "timestamp": self.at.isoformat(), "data": dict(self.data)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def sealed_size() -> int:
    """How many entries are sealed: what comes after may still change its place."""
    checkpoint = latest_checkpoint()
    return checkpoint.size if checkpoint is not None else 0


def entries(org_id: UUID, start: int, end: int) -> list[Told]:
    """The entries of these places that whoever asks may see."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [start, end, org_id])
        return [_told(*row) for row in cursor.fetchall()]


def _told(  # noqa: PLR0913 - the columns of an entry
    position: int, entry_id: int, at: datetime, action: str, subject: UUID, record: UUID | None,
    compartment: UUID | None, actor_kind: str, actor: UUID, via: str, operation: UUID, fields: Any,
) -> Told:  # fmt: skip
    openings: Mapping[str, Any] = json.loads(fields) if isinstance(fields, str) else fields
    data = {
        "entry": entry_id, "place": position, "subject": str(subject), "record": record and str(record),
        "compartment": compartment and str(compartment), "via": via, "operation": str(operation),
        "actor": {"kind": actor_kind, "id": str(actor), "name": _value(openings.get("actor"))},
        "fields": {name: _value(opening) for name, opening in openings.items() if name not in NOT_TOLD},
    }  # fmt: skip
    return Told(position, entry_id, at, action, data, Happened(action, record, compartment, actor_kind))


def _value(opening: Any) -> Any:
    return opening.get("value") if isinstance(opening, Mapping) else None
