# SPDX-License-Identifier: Apache-2.0
"""What a canary says, and what is wrong when it is not seen. Pure functions."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from longwatch.intake.submission import SignalIn

RULE = "longwatch.canary"
TITLE = "Canary: a test of the way in"
TEXT = "Longwatch sent this to itself. It is closed as a drill by itself, never grouped, and left out of figures."


def canary_body(canary_id: UUID, sent_at: datetime, source: str = "") -> bytes:
    """The bytes that are sent; `source` names it where the token does not."""
    signal = SignalIn(
        title=TITLE, description=TEXT, severity="informational", kind="alert", rule=RULE,
        dedup_key=f"{RULE}.{canary_id}", tags=["canary", "drill"], occurred_at=sent_at,
    )  # fmt: skip
    said = {name: value for name, value in msgspec.to_builtins(signal).items() if value not in (None, "", [])}
    return msgspec.json.encode(said | ({"source": source} if source else {}))


def lost_words(stored: bool) -> str:
    """What to say of one that took too long."""
    if stored:
        return _("It was stored, and nothing was done with it in time. Is the worker running?")
    return _("It never arrived. Is the way in open, and does the token belong to this source?")
