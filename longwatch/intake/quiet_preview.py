# SPDX-License-Identifier: Apache-2.0
"""What a rule would have kept quiet, asked of the newest alerts before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.intake.conditions import Said, predicate, read_conditions, said_by
from longwatch.intake.models import Signal, SignalKind

SINCE = timedelta(days=7)
MOST_LOOKED_AT = 5_000
MOST_EXAMPLES = 5
READ = (
    "id", "title", "rule", "place", "source__slug", "format", "tags", "techniques", "entities", "severity", "count",
    "first_seen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """An alert that would have been kept quiet."""

    id: UUID
    title: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """How many alerts would have been kept quiet, of how many since when."""

    signals: int
    times: int
    looked_at: int
    since: datetime
    # Whether all alerts of the week were looked at, and not the newest alone.
    complete: bool
    examples: Sequence[Example]


def would_keep_quiet(actor: Actor, conditions: Any, up_to_severity: int, compartment_id: UUID) -> Preview:
    """Ask the conditions of the last week's alerts in a compartment, the newest few thousand; refuses (422)
    conditions that are none."""
    holds = predicate(read_conditions(conditions))
    begin = clock.now() - SINCE
    rows = Signal.objects.filter(org_id=actor.org_id, compartment_id=compartment_id, first_seen__gte=begin)
    newest = list(rows.order_by("-first_seen", "-id").values(*READ, "kind")[: MOST_LOOKED_AT + 1])
    complete, newest = len(newest) <= MOST_LOOKED_AT, newest[:MOST_LOOKED_AT]
    alerts = [row for row in newest if row["kind"] == SignalKind.ALERT]
    quiet = [row for row in alerts if row["severity"] <= up_to_severity and holds(_said(row))]
    return Preview(
        signals=len(quiet), times=sum(row["count"] for row in quiet), looked_at=len(alerts),
        since=begin if complete else newest[-1]["first_seen"], complete=complete,
        examples=[Example(row["id"], row["title"], row["first_seen"]) for row in quiet[:MOST_EXAMPLES]],
    )  # fmt: skip


def _said(row: dict[str, Any]) -> Said:
    texts = {name: row[name] for name in ("title", "rule", "place", "format")}
    return said_by(
        texts=texts | {"source": row["source__slug"], "kind": SignalKind.ALERT.value}, tags=row["tags"],
        techniques=row["techniques"], entities=row["entities"], severity=row["severity"],
    )  # fmt: skip
