# SPDX-License-Identifier: Apache-2.0
"""What can happen to bundles."""

from dataclasses import dataclass
from typing import Any, ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequested(Event):
    """Somebody asked for a bundle of a record."""

    name: ClassVar[str] = "export.requested"
    audience: str
    recipient: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCreated(Event):
    """A bundle was made; the digests of the file and of its tag manifest say which it is."""

    name: ClassVar[str] = "export.created"
    audience: str
    recipient: str
    purpose: str
    sha256: str
    tagmanifest_sha256: str
    size: int
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCancelled(Event):
    """Somebody called a bundle off before it was made."""

    name: ClassVar[str] = "export.cancelled"
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFailed(Event):
    """A bundle could not be made."""

    name: ClassVar[str] = "export.failed"
    audience: str
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDownloaded(Event):
    """A bundle left as a file."""

    name: ClassVar[str] = "export.downloaded"
    audience: str
    recipient: str
    tagmanifest_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDecided(Event):
    """Somebody decided that an audience does not receive an item, or does."""

    name: ClassVar[str] = "export.item_decided"
    audience: str
    item_kind: str
    item_id: str
    choice: str
    ground: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDecisionEnded(Event):
    """A decision about an item holds no longer."""

    name: ClassVar[str] = "export.item_decision_ended"
    audience: str
    item_kind: str
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportShared(Event):
    """A record left as a file for other tools, up to a marking; the digest says which file it was."""

    name: ClassVar[str] = "export.shared"
    audience: str
    format: str
    tlp: str
    recipient: str
    purpose: str
    sha256: str
    size: int
    counts: dict[str, Any]
