# SPDX-License-Identifier: Apache-2.0
"""Sending an alert as the README does with curl."""

import json
import urllib.request

ALERT = {
    "title": "Login from an unknown country", "severity": "high", "rule": "auth.country", "source": "siem",
    "entities": [
        {"kind": "account", "value": "halden\\a.silva", "part": "affected"},
        {"kind": "ip", "value": "198.51.100.7", "part": "indicator"},
    ],
}  # fmt: skip
TITLE = "Login from an unknown country"


def send_alert(base_url: str, token: str, expected: int = 201, **fields: object) -> None:
    """Post a new alert; some of its fields may differ."""
    request = urllib.request.Request(
        f"{base_url}/api/v1/signals",
        json.dumps(ALERT | fields).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == expected
