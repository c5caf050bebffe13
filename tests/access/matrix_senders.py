# SPDX-License-Identifier: Apache-2.0
"""The access matrix: telling the senders of alerts what became of them."""

from typing import Any
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.exchange.services.syncing import Telling, set_up
from longwatch.exchange.sync_models import LetterState, SyncLetter
from longwatch.intake.models import Source
from longwatch.intake.services.triage import dismiss
from tests.access.matrix_words import ADMINISTRATORS, OUTSIDE, Group, delete, form, get, post, put, rows
from tests.intake.cast_signals import send
from tests.personas import Cast

SENDER = "/administration/sources/{source}/sender"
API_SENDER = "/api/v1/sources/{source}/sender"
WANTED: dict[str, Any] = {
    "url": "https://kibana.example.org:5601",
    "calls": [{"occasions": ["dismissed"], "method": "POST", "path": "/alerts", "content": "none", "body": ""}],
}

SENDERS: tuple[Group, ...] = (
    Group(
        "Telling the sender of a source: source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(
            form(SENDER),
            post(f"{SENDER}/pausing"),
            post(f"{SENDER}/resuming"),
            post(f"{SENDER}/messages/{{sender_message}}/resending"),
            post(f"{SENDER}/ending"),
        ),
    ),
    Group(
        "Tokens of a source: account:administer",
        ADMINISTRATORS,
        lines=rows(form("/administration/sources/{source}/tokens", label="Tool", account="{integration}")),
    ),
    Group(
        "API: telling the sender of a source: source:manage",
        ADMINISTRATORS | {"supervisor"},
        lines=rows(
            get(API_SENDER),
            get(f"{API_SENDER}/messages"),
            put(API_SENDER, **WANTED),
            post(f"{API_SENDER}/pause"),
            post(f"{API_SENDER}/resume"),
            post(f"{API_SENDER}/messages/{{sender_message}}/resend"),
            delete(API_SENDER),
        ),
    ),
    Group(
        "API: trying to tell the sender: source:manage in Signals",
        frozenset({"supervisor"}),
        forbidden=ADMINISTRATORS,
        lines=rows(post(f"{API_SENDER}/trial", signal_id="{signal}", occasion="dismissed")),
    ),
    Group(
        "API: ready-made ways to tell senders: source:manage",
        ADMINISTRATORS | OUTSIDE | {"supervisor"},
        lines=rows(get("/api/v1/sender-templates")),
    ),
)


def telling_the_sender(cast: Cast, source_id: UUID) -> dict[str, str]:
    """The sender of a source is told, and refused something."""
    with acting_as(cast.supervisor):
        row = set_up(source_id, Telling(**WANTED), by=cast.supervisor)
        source = Source.objects.get(id=source_id)
    signal = send(source, cast, title="told", dedup_key="told").signal_id
    with acting_as(cast.analyst):
        dismiss(signal, "benign", by=cast.analyst)
    with acting_as(cast.supervisor):
        letter = SyncLetter.objects.get(sync=row)
        SyncLetter.objects.filter(id=letter.id).update(state=LetterState.REFUSED)
    return {"sender_message": str(letter.id)}
