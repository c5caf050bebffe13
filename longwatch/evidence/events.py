# SPDX-License-Identifier: Apache-2.0
"""What can happen to evidence."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitEvent(Event):
    """Something happened to an exhibit; its number, name and hash say which."""

    number: int
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitReceived(ExhibitEvent):
    """A file was received as an exhibit."""

    name: ClassVar[str] = "evidence.received"
    size: int
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitWithdrawn(ExhibitEvent):
    """An exhibit no longer counts; it stays readable."""

    name: ClassVar[str] = "evidence.withdrawn"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitViewed(ExhibitEvent):
    """An exhibit was shown in a browser."""

    name: ClassVar[str] = "evidence.viewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitDownloaded(ExhibitEvent):
    """An exhibit left as a file."""

    name: ClassVar[str] = "evidence.downloaded"
