# SPDX-License-Identifier: Apache-2.0
"""The parameters of the one statement that keeps a body whole (sql/deliveries.sql)."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.delivery_models import Delivery, DeliveryState, Way
from longwatch.intake.events import DeliveryKept
from longwatch.ledger.writing import columns_of, entry_about

KEEP = "select intake_keep_delivery(%s::jsonb, %b, %s::jsonb)"
LONGEST_REASON = 500
LONGEST_TYPE = 100
NDJSON = "application/x-ndjson"
# Bodies of lines: a part is a line.
LINES = frozenset({NDJSON, "application/ndjson", "application/jsonl", "application/jsonlines"})
# Parts of one body that are kept by themselves; further ones are kept together.
MOST_ALONE = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A body and what became of it."""

    raw: bytes
    content_type: str
    way: Way = Way.API
    state: DeliveryState = DeliveryState.FAILED
    reason: str = ""
    signals: int = 0


def keeping(source: SourceFacts, kept: Kept, by: Actor) -> tuple[str, bytes, str]:
    """What to execute KEEP with; the body's operation is the actor's, as is that of the arrivals it gave."""
    reason = one_line(kept.reason)[:LONGEST_REASON]
    row = Delivery(
        id=uuid7(), org_id=source.org_id, compartment_id=source.compartment_id, source_id=source.id, way=kept.way,
        sha256=hashlib.sha256(kept.raw).digest(), content_type=one_line(kept.content_type)[:LONGEST_TYPE],
        state=kept.state, reason=reason, signals=kept.signals, operation_id=by.operation_id,
    )  # fmt: skip
    event = DeliveryKept(
        subject_id=row.id, compartment_id=row.compartment_id, source=source.name, way=row.way, state=row.state,
        reason=reason,
    )  # fmt: skip
    entry = entry_about(event, by, row)
    described: dict[str, Any] = {
        "at": entry.at.isoformat(), "actor_kind": str(by.kind), "actor": str(by.id), "via": by.via,
        "operation": str(by.operation_id), "leaf": entry.leaf, "openings": entry.openings,
    }  # fmt: skip
    return msgspec.json.encode(columns_of(row)).decode(), kept.raw, msgspec.json.encode(described).decode()


def left_over(left: Sequence[tuple[bytes, LongwatchError]], content_type: str, way: Way) -> list[Kept]:
    """What to keep of the parts of a body that gave no signal: each by itself while they are few, lines together.

    The body itself is kept whole elsewhere, unless its parts are lines.
    """
    parts = list({raw: refusal for raw, refusal in reversed(left) if raw.strip()}.items())[::-1]
    if content_type in LINES:
        return _together(parts, content_type, way)
    alone = [Kept(raw, content_type, way, reason=why(refusal)) for raw, refusal in parts[:MOST_ALONE]]
    lines = [(b" ".join(raw.splitlines()), refusal) for raw, refusal in parts[MOST_ALONE:]]
    return alone + _together(lines, NDJSON, way)


def _together(parts: Sequence[tuple[bytes, LongwatchError]], content_type: str, way: Way) -> list[Kept]:
    if not parts:
        return []
    raw = b"\n".join(part for part, _ in parts)
    return [Kept(raw, content_type, way, reason=reason_of([refusal for _, refusal in parts]))]


def reason_of(refusals: Sequence[LongwatchError]) -> str:
    """Why something could not be read, in one line."""
    if not refusals:
        return ""
    more = f" {len(refusals)} parts of the body could not be read; this is the first." if len(refusals) > 1 else ""
    return refusals[0].sentence + more


def why(refusal: LongwatchError) -> str:
    """Why one part could not be read: the field and what is wrong with it, when one is named."""
    fields = getattr(refusal, "fields", None) or {}
    named = next((f"{name}: {sentence}" for name, sentence in fields.items() if name != "body"), "")
    return named or refusal.sentence


def one_line(text: str) -> str:
    """The text without what is no text: control characters, among them NUL, which the database does not take."""
    return "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text).strip()
