# SPDX-License-Identifier: Apache-2.0
"""What the API says about signals and sources, and what it takes."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.core import clock
from longwatch.intake.models import Occurrence, Signal
from longwatch.intake.quiet_rules import is_flapping
from longwatch.intake.submission import SignalIn
from longwatch.records.severity import Severity


class EntityOut(Schema):
    """Somebody or something a signal names."""

    id: UUID
    kind: str
    value: str
    part: str


class SignalOut(Schema):
    """A signal as lists show it."""

    id: UUID
    title: str
    kind: str
    severity: str
    status: str
    source: str
    source_id: UUID
    rule: str
    place: str
    latitude: float | None
    longitude: float | None
    entities: list[EntityOut]
    tags: list[str]
    count: int
    occurred_at: datetime
    first_seen: datetime
    last_seen: datetime
    assignee_id: UUID | None
    snoozed_until: datetime | None
    closed_at: datetime | None
    version: int

    @staticmethod
    def resolve_severity(signal: Signal) -> str:
        """The word."""
        return Severity(signal.severity).word

    @staticmethod
    def resolve_source(signal: Signal) -> str:
        """The source's short name."""
        return signal.source.slug


class SignalDetail(SignalOut):
    """A signal with all that is known of it."""

    description: str
    links: list[str]
    report: dict[str, Any]
    format: str
    techniques: list[str]
    sender_state: str
    cleared_at: datetime | None
    # When a repeat last raised the severity, and when that was after somebody had judged it or put it off.
    raised_at: datetime | None
    stirred_at: datetime | None
    # Whether the sender changed its mind again and again lately.
    flapping: bool
    # The rule that keeps it quiet.
    suppression_id: UUID | None
    dismiss_reason: str
    dismiss_note: str
    duplicate_of_id: UUID | None
    previous_id: UUID | None

    @staticmethod
    def resolve_flapping(signal: Signal) -> bool:
        """As the pages say it."""
        return is_flapping(signal.sender_changes, clock.now())


class SignalPage(Schema):
    """Some signals, and the cursor of the next ones."""

    items: list[SignalOut]
    next_cursor: str | None


class OccurrenceOut(Schema):
    """One arrival; its raw bytes are a resource of their own."""

    id: UUID
    at: datetime
    sha256: str
    content_type: str
    entry_id: int

    @staticmethod
    def resolve_sha256(occurrence: Occurrence) -> str:
        """In hexadecimal."""
        return bytes(occurrence.sha256).hex()


class OccurrencePage(Schema):
    """Some arrivals, and the cursor of the next ones."""

    items: list[OccurrenceOut]
    next_cursor: str | None


class ReceivedOut(Schema):
    """What became of a signal that was sent."""

    id: UUID
    status: Literal["created", "repeated"]
    count: int
    severity: str


class BadLine(Schema):
    """A line that was not kept, and why."""

    line: int
    field: str
    detail: str


class BulkReceivedOut(Schema):
    """What became of many signals; of the bad lines the first hundred are listed."""

    accepted: int
    created: int
    repeated: int
    rejected: int
    errors: list[BadLine]


class SourceOut(Schema):
    """Where signals come from and how they are taken."""

    id: UUID
    name: str
    slug: str
    kind: str
    compartment_id: UUID
    dedup_fields: list[str]
    rate_per_second: int
    burst: int
    default_severity: str
    enabled: bool
    heartbeat_seconds: int | None = Field(
        description="Supervisors get a notice when it was silent for longer; null: nothing is expected of it."
    )
    version: int

    @staticmethod
    def resolve_default_severity(source: Any) -> str:
        """The word."""
        return Severity(source.default_severity).word


SeverityWord = Literal["informational", "low", "medium", "high", "critical"]


class SourceIn(Schema):
    """A new source."""

    model_config = ConfigDict(extra="forbid")

    name: str
    slug: str
    kind: Literal["alert", "report", "sos"] = "alert"
    compartment_id: UUID | None = None
    dedup_fields: list[str] = Field(default_factory=list)
    rate_per_second: int = 5_000
    burst: int = 20_000
    default_severity: SeverityWord = "medium"


class SourceChangeIn(Schema):
    """What shall be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    dedup_fields: list[str] | None = None
    rate_per_second: int | None = None
    burst: int | None = None
    default_severity: SeverityWord | None = None
    heartbeat_seconds: int | None = Field(default=None, description="60 to 2678400, or 0: nothing is expected of it.")
    format: str | None = Field(
        default=None, description="`auto`, the name of a format, or `own:` and the name of a mapping of your own."
    )
    time_zone: str | None = Field(default=None, description="Of times that name none, such as Europe/Madrid.")
    enabled: bool | None = None


SIGNAL_EXAMPLE = {
    "title": "Many failed sign-ins",
    "severity": "high",
    "rule": "brute-force",
    "dedup_key": "brute-force:j.doe",
    "occurred_at": "2026-11-22T09:14:00Z",
    "place": "Main office",
    "entities": [
        {"kind": "account", "value": "j.doe"},
        {"kind": "ip", "value": "203.0.113.7"},
    ],
    "source": "siem",
}


def signal_schema() -> dict[str, Any]:
    """The documented form of a signal as JSON Schema, for the API's description."""
    (schema,), components = msgspec.json.schema_components([SignalIn], ref_template="#/$defs/{name}")
    found: dict[str, Any] = components["SignalIn"]
    entity = components["EntityIn"]
    found["properties"]["entities"]["items"] = entity
    found["examples"] = [SIGNAL_EXAMPLE]
    return found if schema else {}
