# SPDX-License-Identifier: Apache-2.0
"""What can happen to rules that keep alerts quiet."""

from dataclasses import dataclass
from typing import Any, ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionMade(Event):
    """Somebody said which alerts are kept quiet, why, and until when."""

    name: ClassVar[str] = "suppression.made"
    suppression: str
    kind: str
    reason: str
    conditions: list[dict[str, Any]]
    starts_at: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionExtended(Event):
    """It goes on for longer, or ends sooner than was said."""

    name: ClassVar[str] = "suppression.extended"
    suppression: str
    reason: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionEnded(Event):
    """It keeps nothing quiet any more."""

    name: ClassVar[str] = "suppression.ended"
    suppression: str
