# SPDX-License-Identifier: Apache-2.0
"""Alerts of about two kilobytes, with entities that recur as in a security operations centre."""

import json
import random
from collections.abc import Iterator
from typing import Any

WORDS = [
    "suspicious",
    "beacon",
    "powershell",
    "encoded",
    "command",
    "lateral",
    "movement",
    "credential",
    "dump",
    "kerberoast",
    "phishing",
    "attachment",
    "macro",
    "ransomware",
    "note",
    "exfiltration",
    "tunnel",
    "dns",
    "brute",
    "force",
    "impossible",
    "travel",
    "mailbox",
    "rule",
    "oauth",
    "consent",
    "token",
    "theft",
    "persistence",
    "scheduled",
    "task",
    "registry",
    "run",
    "key",
    "service",
    "creation",
    "defender",
    "disabled",
    "log",
    "cleared",
    "shadow",
    "copy",
    "deleted",
    "usb",
    "insertion",
    "badge",
    "tailgating",
    "restricted",
    "area",
    "trespass",
    "surveillance",
    "threat",
    "letter",
    "harassment",
    "stalking",
]
SEVERITIES = ("low", "medium", "high", "critical")


def alert(chance: random.Random, key: str) -> dict[str, Any]:
    """One alert under a key of its own or a repeated one."""
    return {
        "title": f"{' '.join(chance.sample(WORDS, 4)).capitalize()} {key[-6:]}",
        "description": " ".join(chance.choices(WORDS, k=60)),
        "severity": chance.choice(SEVERITIES),
        "rule": f"rule-{chance.randrange(400)}",
        "dedup_key": key,
        "entities": [
            {"kind": "ip", "value": f"198.51.{chance.randrange(20)}.{chance.randrange(256)}", "part": "indicator"},
            {"kind": "host", "value": f"host-{chance.randrange(500):04d}", "part": "affected"},
            {"kind": "account", "value": f"user{chance.randrange(500):04d}", "part": "affected"},
        ],
        "tags": chance.sample(WORDS, 3),
        "raw": {f"field_{k}": chance.choice(WORDS) + str(chance.randrange(10**6)) for k in range(30)},
    }


def bodies(count: int, *, repeats: float, mark: str) -> Iterator[bytes]:
    """So many alerts as JSON; the given share repeats the key of one of the last thousand."""
    chance, keys = random.Random(mark), [f"{mark}-first"]
    for number in range(count):
        if chance.random() < repeats:
            key = keys[-1 - chance.randrange(min(len(keys), 1000))]
        else:
            key = f"{mark}-{number}"
            keys.append(key)
        yield json.dumps(alert(chance, key)).encode()
