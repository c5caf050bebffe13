# SPDX-License-Identifier: Apache-2.0
"""What the API says about results, intelligence, the inventory and watch-lists, and what it takes."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.enrichment.models import Result, WatchList
from longwatch.enrichment.telling import words_of
from longwatch.records.severity import Severity

SeverityWord = Literal["informational", "low", "medium", "high", "critical"]


class ResultOut(Schema):
    """Something found about a signal: by whom, how old, until when it holds."""

    kind: str
    entity_kind: str
    value: str
    from_text: bool
    words: str
    source: str
    edition: str
    dated: date | None
    facts: dict[str, Any]
    proposed_severity: str | None
    at: datetime
    expires_at: datetime

    @staticmethod
    def resolve_words(result: Result) -> str:
        """As the page says it."""
        return words_of(result)

    @staticmethod
    def resolve_proposed_severity(result: Result) -> str | None:
        """The word."""
        return None if result.proposed_severity is None else Severity(result.proposed_severity).word


class EnrichmentOut(Schema):
    """All that was found, and how far the looking got; an empty state: nobody looked yet."""

    state: str
    items: list[ResultOut]


class DatasetOut(Schema):
    """A loaded list."""

    id: UUID
    kind: str
    name: str
    file: str
    sha256: str
    edition: str
    dated: date | None
    values_count: int
    skipped: int
    loaded_at: datetime
    version: int


class InventoryItemIn(Schema):
    """An asset or identity."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["asset", "identity"]
    name: str = Field(max_length=200)
    identifiers: list[str] = Field(default=[], max_length=50)
    owner: str = Field(default="", max_length=200)
    manager: str = Field(default="", max_length=200)
    site: str = Field(default="", max_length=200)
    criticality: Literal["low", "normal", "high", "critical"] = "normal"
    note: str = Field(default="", max_length=500)


class InventoryItemChangeIn(Schema):
    """What changes; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=200)
    identifiers: list[str] = Field(default=[], max_length=50)
    owner: str = Field(default="", max_length=200)
    manager: str = Field(default="", max_length=200)
    site: str = Field(default="", max_length=200)
    criticality: Literal["low", "normal", "high", "critical"] = "normal"
    note: str = Field(default="", max_length=500)


class InventoryItemOut(Schema):
    """An asset or identity as it is known."""

    id: UUID
    what: str
    name: str
    identifiers: list[str]
    owner: str
    manager: str
    site: str
    criticality: str
    note: str
    changed_at: datetime
    version: int


class InventoryPage(Schema):
    """A page of the inventory."""

    items: list[InventoryItemOut]
    next_cursor: str | None


class TableIn(Schema):
    """A table as CSV; `preview` says what it would do and writes nothing."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["asset", "identity"]
    csv: str = Field(max_length=2 * 1024 * 1024)
    preview: bool = False


class WrongLineOut(Schema):
    """A line that cannot be taken."""

    number: int
    wrong: list[str]


class TableOut(Schema):
    """What a table does, or would do."""

    added: int
    changed: int
    same: int
    wrong: list[str]
    wrong_lines: list[WrongLineOut]


class WatchListIn(Schema):
    """A watch-list."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    reason: str = Field(max_length=500)
    owner: str = Field(default="", max_length=200)
    expires_at: datetime
    severity: SeverityWord | None = None


class WatchListChangeIn(Schema):
    """What changes; what is left out stays. An end in the past ends it."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=500)
    owner: str = Field(default="", max_length=200)
    expires_at: datetime | None = None


class WatchListOut(Schema):
    """A watch-list, and how much is on it."""

    id: UUID
    name: str
    reason: str
    owner: str
    expires_at: datetime
    severity: str | None
    size: int = 0
    version: int

    @staticmethod
    def resolve_severity(row: WatchList) -> str | None:
        """The word of what is proposed."""
        return None if row.severity is None else Severity(row.severity).word


class WatchIn(Schema):
    """One thing to watch for."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=20)
    value: str = Field(max_length=500)


class WatchOut(Schema):
    """One thing on a watch-list."""

    id: UUID
    kind: str
    value: str
    added_at: datetime
    version: int
