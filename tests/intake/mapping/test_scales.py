# SPDX-License-Identifier: Apache-2.0
"""How tools count severity."""

from typing import Any

import pytest

from longwatch.intake.mapping.scales import severity_on


@pytest.mark.parametrize(
    ("scale", "value", "severity"),
    [
        ("words", "Very-High", 4),
        ("words", "E_CRITICAL", 4),
        ("words", "none", None),
        ("words", "loud", None),
        ("words", 3, None),
        ("suricata", 1, 3),
        ("suricata", 4, 0),
        ("suricata", 9, None),
        ("wazuh", 15, 4),
        ("wazuh", "12", 3),
        ("wazuh", 3, 0),
        ("guardduty", 4.0, 2),
        ("guardduty", 0.5, 1),
        ("guardduty", 8.9, 3),
        ("ten", "10", 4),
        ("ten", "Low", 1),
        ("ten", "None", None),
        ("ten", "0", 0),
        ("hundred", 79, 3),
        ("asff", 1, 1),
        ("asff", 0, 0),
        ("syslog", 0, 4),
        ("syslog", 6, 0),
        ("ocsf", 0, None),
        ("ocsf", 6, 4),
        ("cap", "Severe", 3),
        ("cap", "Unknown", None),
        ("hayabusa", "med", 2),
        ("misp", "4", None),
        ("hundred", True, None),
        ("hundred", "1e999", None),
        ("hundred", float("nan"), None),
        ("hundred", 10**400, None),
    ],
)
def test_a_value_means(scale: str, value: Any, severity: int | None) -> None:
    assert severity_on(scale, value) == severity
