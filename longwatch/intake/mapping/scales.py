# SPDX-License-Identifier: Apache-2.0
"""How tools count severity, by the names that mapping files use."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from longwatch.intake.reading import WORDS

MORE_WORDS = {
    "alert": 4, "emerg": 4, "panic": 4, "very-high": 4, "very high": 4, "veryhigh": 4, "extreme": 4, "disaster": 4,
    "blocker": 4, "err": 2, "average": 2, "med": 2, "inform": 0, "ok": 0, "success": 0, "normal": 0, "unimportant": 0,
    "sev1": 4, "sev2": 3, "sev3": 2, "sev4": 1, "sev5": 0,
}  # fmt: skip
# What says that the tool does not know.
SILENT = frozenset({"none", "unknown", "unspecified", "n/a", "na", "-", "", "undefined", "notset", "not set"})
Floors = tuple[tuple[float, int], ...]
FLOORS: Mapping[str, Floors] = {
    # CEF, LEEF, QRadar
    "ten": ((9, 4), (7, 3), (4, 2), (1, 1), (0, 0)),
    # CrowdStrike, Nozomi
    "hundred": ((80, 4), (60, 3), (40, 2), (20, 1), (0, 0)),
    # AWS Security Hub's Normalized
    "asff": ((90, 4), (70, 3), (40, 2), (1, 1), (0, 0)),
    "guardduty": ((9, 4), (7, 3), (4, 2), (0, 1)),
    "wazuh": ((15, 4), (12, 3), (7, 2), (4, 1), (0, 0)),
    # 0 informational to 4 critical, as we count
    "five": ((4, 4), (3, 3), (2, 2), (1, 1), (0, 0)),
    # DetectionSummary of CrowdStrike: 1 informational to 5 critical
    "one-to-five": ((5, 4), (4, 3), (3, 2), (2, 1), (0, 0)),
    # CVSS
    "cvss": ((9, 4), (7, 3), (4, 2), (0.1, 1), (0, 0)),
}
EXACT: Mapping[str, Mapping[int, int]] = {
    "suricata": {1: 3, 2: 2, 3: 1, 4: 0},
    "syslog": {0: 4, 1: 4, 2: 3, 3: 2, 4: 1, 5: 0, 6: 0, 7: 0},
    "ocsf": {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4},
    "misp": {1: 3, 2: 2, 3: 1},
    "priority": {1: 4, 2: 3, 3: 2, 4: 1, 5: 0},
    "azure-level": {1: 3, 2: 2, 3: 1, 4: 0},
}
CAP = {"extreme": 4, "severe": 3, "moderate": 2, "minor": 1}
HAYABUSA = {"crit": 4, "high": 3, "med": 2, "low": 1, "info": 0}


def severity_on(scale: str, value: Any) -> int | None:
    """The severity, 0 to 4, that a tool's value means on a scale; None when it says nothing."""
    return SCALES[scale](value)


def number_of(value: Any) -> float | None:
    """The number a value or text is, None for what is none or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _by_word(value: Any) -> int | None:
    if not isinstance(value, str):
        return None
    word = value.strip().lower().removeprefix("e_")
    if word in SILENT:
        return None
    found = WORDS.get(word)
    return MORE_WORDS.get(word) if found is None else found


def _on(floors: Floors) -> Callable[[Any], int | None]:
    def severity(value: Any) -> int | None:
        number = number_of(value)
        if number is None:
            return _by_word(value)
        return next((found for floor, found in floors if number >= floor), None)

    return severity


def _one_of(numbers: Mapping[int, int]) -> Callable[[Any], int | None]:
    def severity(value: Any) -> int | None:
        number = number_of(value)
        return _by_word(value) if number is None else numbers.get(int(number))

    return severity


def _worded(words: Mapping[str, int]) -> Callable[[Any], int | None]:
    return lambda value: words.get(value.strip().lower()) if isinstance(value, str) else None


SCALES: Mapping[str, Callable[[Any], int | None]] = {
    "words": _by_word,
    "cap": _worded(CAP),
    "hayabusa": _worded(HAYABUSA),
    **{name: _on(floors) for name, floors in FLOORS.items()},
    **{name: _one_of(numbers) for name, numbers in EXACT.items()},
}
