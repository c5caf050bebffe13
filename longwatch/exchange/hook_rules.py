# SPDX-License-Identifier: Apache-2.0
"""Which events an address is told of, how they are signed, and what follows from an answer. Pure functions."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from longwatch.access.roles import Permission

PATTERN = re.compile(r"\*|[a-z_]+(?:\.[a-z_]+)*(?:\.\*)?")
SECRET_START = "whsec_"  # noqa: S105  # how every secret begins
# Who reported, who is a witness and who broke the glass is not told to other systems, whatever an account may see.
NEVER = ("identity.", "reporter.", "witness.", "sealed_match.", "break_glass.", "glass.", "sight.")
NEEDED = {
    "signal": Permission.SIGNAL_READ, "group": Permission.SIGNAL_READ, "incident": Permission.INCIDENT_READ,
    "case": Permission.CASE_READ, "evidence": Permission.EVIDENCE_READ,
}  # fmt: skip
PAUSES = (5, 15, 60, 300, 900, 3600)
# How long an address may fail before it is told no more; what happens meanwhile waits in the ledger.
PATIENCE = timedelta(days=3)
# How often an event is offered to an address that answers, and refuses it.
OFFERS = 5
# Refusals that are about the moment, not about the event.
LATER = frozenset({408, 425, 429})
GONE = 410


class Next(StrEnum):
    """What follows from an answer."""

    GO_ON = "go_on"
    AGAIN = "again"
    GIVE_UP = "give_up"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the ledger, as far as it decides who is told."""

    action: str
    record_id: UUID | None
    compartment_id: UUID | None
    actor_kind: str


def is_pattern(text: str) -> bool:
    """Whether a text is the name of an event, the beginning of names (`case.*`), or everything (`*`)."""
    return bool(PATTERN.fullmatch(text))


def matches(patterns: Sequence[str], action: str) -> bool:
    """Whether one of the patterns means this event."""
    return any(each in ("*", action) or (each.endswith(".*") and action.startswith(each[:-1])) for each in patterns)


def is_told(
    happened: Happened, patterns: Sequence[str], compartments: Collection[UUID], permissions: Collection[str]
) -> bool:
    """Whether an address is told of it: wanted, in one of its compartments, and readable for its account.

    What reporters do is not told: the moment of it is nobody's business (longwatch.core.discretion).
    """
    if happened.action.startswith(NEVER) or happened.actor_kind == "reporter":
        return False
    if compartments and happened.compartment_id not in compartments:
        return False
    return matches(patterns, happened.action) and needed(happened) <= set(permissions)


def needed(happened: Happened) -> set[str]:
    """What an account needs to be told of it; row security decides about the compartment besides."""
    known = NEEDED.get(happened.action.partition(".")[0])
    if known is not None:
        return {known}
    return {Permission.INCIDENT_READ, Permission.CASE_READ} if happened.record_id else {Permission.LEDGER_READ}


def what_next(status: int, attempts: int, failing_for: timedelta) -> Next:
    """What follows from the status of an answer (0: none came) to the given attempt."""
    if 200 <= status < 300:
        return Next.GO_ON
    if status == GONE or failing_for > PATIENCE:
        return Next.PAUSE
    if 400 <= status < 500 and status not in LATER and attempts >= OFFERS:
        return Next.GIVE_UP
    return Next.AGAIN


def wait(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts."""
    return timedelta(seconds=PAUSES[min(max(attempts, 1), len(PAUSES)) - 1])


def signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """The signature of Standard Webhooks (version 1) over a message."""
    signed = b".".join((message_id.encode(), str(int(at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_START), validate=True)
    except binascii.Error:
        return secret.encode()
