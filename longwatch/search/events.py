# SPDX-License-Identifier: Apache-2.0
"""What happens when somebody asks across compartments."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAsked(Event):
    """Somebody asked whether a subject is named anywhere; whom they asked about is not kept here."""

    name: ClassVar[str] = "sealed_match.asked"
    kinds: tuple[str, ...]
    reason: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFound(Event):
    """A record answered such a question with yes."""

    name: ClassVar[str] = "sealed_match.found"
    asker: str
    reason: str
