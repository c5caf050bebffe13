# SPDX-License-Identifier: Apache-2.0
"""What the results propose. Pure; nothing here changes a signal."""

from typing import Any

from longwatch.records.severity import Severity

# How long a result is believed before it is looked up again.
HOURS = {"sighting": 24, "watched": 24, "indicator": 72, "extracted": 24 * 30}
USUAL_HOURS = 24 * 7
LEVELS = {"high": Severity.HIGH, "medium": Severity.MEDIUM}
_KINDS = {"indicators": "indicator", "attack": "technique", "galaxy": "actor", "countries": "country"}


def result_kind(what: str) -> str:
    """The kind of result of what was hit."""
    return _KINDS.get(what, what)


def hours(kind: str) -> int:
    """How long a result of a kind holds."""
    return HOURS.get(kind, USUAL_HOURS)


def proposed(kind: str, facts: dict[str, Any], severity: int) -> int | None:
    """The severity that a result speaks for, when that is higher than the signal's."""
    speaks_for = _severity(kind, facts)
    return int(speaks_for) if speaks_for is not None and speaks_for > severity else None


def _severity(kind: str, facts: dict[str, Any]) -> int | None:
    if kind == "kev":
        return Severity.CRITICAL if facts.get("ransomware") else Severity.HIGH
    if kind == "indicator":
        return LEVELS.get(str(facts.get("level") or ""))
    if kind == "watched":
        wanted = facts.get("severity")
        return wanted if isinstance(wanted, int) else None
    if kind == "asset" and facts.get("criticality") == "critical":
        return Severity.HIGH
    return None
