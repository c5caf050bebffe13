# SPDX-License-Identifier: Apache-2.0
"""One arrival, worked out and ready for the statement that stores it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from longwatch.core.ids import entity_id, uuid7
from longwatch.entities.kinds import entity_key
from longwatch.intake.rules import dedup_key
from longwatch.intake.submission import EntityIn, SignalIn, severity_in


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


def arrive(source: SourceFacts, signal: SignalIn, raw: bytes, report: Mapping[str, Any] | None = None) -> Arrival:
    """The arrival of a signal at a source."""
    severity = severity_in(signal)
    return Arrival(
        signal=signal,
        key=dedup_key(source.id, signal, source.dedup_fields, raw),
        kind=signal.kind or source.kind,
        severity=source.default_severity if severity is None else int(severity),
        entities=_identified(source.org_id, signal.entities),
        raw=raw,
        sha256=hashlib.sha256(raw).digest(),
        report=report or {},
    )


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
