# SPDX-License-Identifier: Apache-2.0
"""One arrival, worked out and ready for the statement that stores it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from longwatch.core import clock
from longwatch.core.ids import entity_id, uuid7
from longwatch.entities.kinds import entity_key
from longwatch.intake.conditions import Said, said_by
from longwatch.intake.mapping.own import OwnReading
from longwatch.intake.mapping.understanding import AUTO, Whole, understand_whole
from longwatch.intake.quiet_rules import QuietRule, kept_quiet_by
from longwatch.intake.rules import dedup_key
from longwatch.intake.submission import DOCUMENTED, EntityIn, SignalIn, Unreadable, severity_in

# As SignalKind says it, which needs Django's models.
ALERT = "alert"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What receiving needs to know of a source."""

    id: UUID
    org_id: UUID
    compartment_id: UUID
    slug: str
    name: str
    kind: str
    dedup_fields: Sequence[str]
    default_severity: int
    rate_per_second: int
    burst: int
    enabled: bool
    # The rules that keep its alerts quiet.
    quiet: Sequence[QuietRule] = ()
    # Which format it sends, and the zone of times that state none.
    format: str = AUTO
    time_zone: str = "UTC"
    # A mapping of its own, which reads what it sends.
    own: OwnReading | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A signal as it came in at one source: what was understood, and the raw bytes with their hash."""

    signal: SignalIn
    key: bytes
    kind: str
    severity: int
    entities: list[dict[str, str]]
    raw: bytes
    sha256: bytes
    # What our own report form asked beyond the signal; a sender cannot set it.
    report: Mapping[str, Any] = field(default_factory=dict)
    # Which mapping read it, and the rule that keeps it quiet.
    format: str = ""
    suppression: UUID | None = None
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an arrival."""

    signal_id: UUID
    created: bool
    count: int
    severity: int


def understood(source: SourceFacts | None, raw: bytes, content_type: str = "") -> Whole:
    """What came at a source, understood as its settings say; refuses what gives no signal at all.

    The source is None while only the signal itself can name it.
    """
    if source is None:
        whole = understand_whole(raw, content_type=content_type)
    else:
        whole = understand_whole(
            raw, content_type=content_type, format=source.format, zone=source.time_zone, source_name=source.name,
            own=source.own,
        )  # fmt: skip
    if not whole.pieces:
        raise whole.faults[0].error if whole.faults else Unreadable("It holds no record.")
    return whole


def arrive(
    source: SourceFacts,
    signal: SignalIn,
    raw: bytes,
    report: Mapping[str, Any] | None = None,
    *,
    read_as: str = DOCUMENTED,
) -> Arrival:
    """The arrival of a signal at a source, read in the format of that name."""
    stated = severity_in(signal)
    severity = source.default_severity if stated is None else int(stated)
    kind, entities = signal.kind or source.kind, _identified(source.org_id, signal.entities)
    return Arrival(
        signal=signal,
        key=dedup_key(source.id, signal, source.dedup_fields, raw),
        kind=kind,
        severity=severity,
        entities=entities,
        suppression=_kept_quiet(source, signal, severity, entities, read_as)
        if source.quiet and kind == ALERT
        else None,
        raw=raw,
        sha256=hashlib.sha256(raw).digest(),
        report=report or {},
        format=_format(read_as),
    )


def _format(read_as: str) -> str:
    return "" if read_as == DOCUMENTED else read_as


def _kept_quiet(
    source: SourceFacts, signal: SignalIn, severity: int, entities: Sequence[Mapping[str, str]], read_as: str
) -> UUID | None:
    """The rule that keeps an alert quiet; what people report is never kept quiet."""
    if not source.quiet:
        return None

    def says() -> Said:
        texts = {
            "title": signal.title, "rule": signal.rule, "place": signal.place, "source": source.slug, "kind": ALERT,
            "format": _format(read_as),
        }  # fmt: skip
        return said_by(
            texts=texts, tags=signal.tags, techniques=signal.techniques, entities=entities, severity=severity
        )

    return kept_quiet_by(source.quiet, says, severity, clock.now())


def _identified(org_id: UUID, entities: Sequence[EntityIn]) -> list[dict[str, str]]:
    """The entities as kept on the signal; the same one twice is kept once."""
    found: dict[str, dict[str, str]] = {}
    for each in entities:
        entity = _entity(org_id, each.kind, each.value, each.part)
        found.setdefault(entity["id"], entity)
    return list(found.values())


# The same hosts, accounts and addresses come again and again. Nobody changes what is returned.
@lru_cache(maxsize=10_000)
def _entity(org_id: UUID, kind: str, value: str, part: str) -> dict[str, str]:
    return {"kind": kind, "value": value, "part": part, "id": str(entity_id(org_id, entity_key(kind, value)))}
