# SPDX-License-Identifier: Apache-2.0
"""Webhooks of a source: setting one up with a secret that nobody can guess, and closing it."""

import base64
import re
import secrets
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound, refuse_stale
from longwatch.core.hiding import hide
from longwatch.intake import selectors
from longwatch.intake.door_models import Door, DoorScheme, purpose
from longwatch.intake.events import DoorClosed, DoorOpened
from longwatch.intake.ways.signatures import ALGORITHMS, CONTENTS, ENCODINGS, STANDARD_START

SHORTEST_SECRET = 16
LONGEST_SECRET = 200
LONGEST_LABEL = 100
LONGEST_SETTING = 100
MOST_OPEN = 20
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# Which settings a scheme has; the first ones are needed.
NEEDED: Mapping[str, tuple[str, ...]] = {
    DoorScheme.HEADER: ("header",), DoorScheme.BASIC: ("user",), DoorScheme.HMAC: ("header",),
}  # fmt: skip
FURTHER: Mapping[str, tuple[str, ...]] = {
    DoorScheme.HEADER: ("prefix",), DoorScheme.HMAC: ("algorithm", "encoding", "prefix", "timestamp", "content"),
}  # fmt: skip
CHOICES: Mapping[str, tuple[str, ...]] = {"algorithm": ALGORITHMS, "encoding": ENCODINGS, "content": CONTENTS}
NAMES_OF_HEADERS = frozenset({"header", "timestamp"})


@transaction.atomic
def open_door(
    source_id: UUID, *, label: str, scheme: str, settings: Mapping[str, str], secret: str = "", by: Actor
) -> tuple[Door, str]:
    """Set up a webhook of a source; returns it with its secret, which is shown this once.

    Without a secret one is made; one that the vendor made is taken as it is, unless it could be guessed.
    """
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    known = _usable(label, scheme, settings, secret)
    if Door.objects.filter(source_id=source_id, closed_at=None).count() >= MOST_OPEN:
        raise Invalid("Close a webhook first.", fields={"label": f"A source has up to {MOST_OPEN} open webhooks."})
    text = secret or made_secret(scheme)
    door = Door(org_id=by.org_id, source=source, label=label.strip(), scheme=scheme, settings=known)
    door.wrapped = hide(text, purpose(door.id))
    event = DoorOpened(subject_id=door.id, source=source.name, label=door.label, scheme=scheme)
    return ledger.record_created(event, by=by, row=door), text


@transaction.atomic
def close_door(door_id: UUID, *, expected_version: int | None = None, by: Actor) -> Door:
    """Let a webhook take nothing more, within half a minute; doing it twice changes nothing."""
    door = Door.objects.select_for_update(of=("self",)).select_related("source").filter(id=door_id).first()
    if door is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    refuse_stale(door.version, expected_version)
    if door.closed_at is not None:
        return door
    door.closed_at = clock.now()
    event = DoorClosed(subject_id=door.id, source=door.source.name, label=door.label)
    return ledger.record(event, by=by, row=door, fields=["closed_at"])


def made_secret(scheme: str) -> str:
    """A new secret of 256 random bits, in the form that the scheme asks for."""
    if scheme == DoorScheme.STANDARD:
        return STANDARD_START + base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(32)


def _usable(label: str, scheme: str, settings: Mapping[str, str], secret: str) -> dict[str, str]:
    """The settings that the scheme has; refuses wrong values with their field."""
    names = NEEDED.get(scheme, ()) + FURTHER.get(scheme, ())
    # A prefix may end in a space, as that of a bearer token does.
    known = {name: settings[name].lstrip() for name in names if settings.get(name, "").strip()}
    known = {name: value if name == "prefix" else value.strip() for name, value in known.items()}
    wrong = {name: "This is needed." for name in NEEDED.get(scheme, ()) if name not in known}
    wrong |= {name: sentence for name, value in known.items() if (sentence := _what_is_wrong(name, value))}
    if "{timestamp}" in known.get("content", "") and "timestamp" not in known:
        wrong["timestamp"] = "Say which header holds the time."
    if "timestamp" in known and "{timestamp}" not in known.get("content", ""):
        wrong["content"] = "The time counts only when it is signed with the body."
    if not label.strip() or len(label) > LONGEST_LABEL:
        wrong["label"] = f"Give it a name of up to {LONGEST_LABEL} characters."
    if scheme not in DoorScheme.values:
        wrong["scheme"] = f"Use one of: {', '.join(DoorScheme.values)}."
    if secret and (guess := _can_be_guessed(secret)):
        wrong["secret"] = guess
    if wrong:
        raise Invalid("The webhook cannot be set up like this.", fields=wrong)
    return known


def _what_is_wrong(name: str, value: str) -> str:
    if name in NAMES_OF_HEADERS and not HEADER.fullmatch(value):
        return "Use the name of a header."
    if name in CHOICES and value not in CHOICES[name]:
        return f"Use one of: {', '.join(CHOICES[name])}."
    if len(value) > LONGEST_SETTING or not value.isprintable():
        return f"Use up to {LONGEST_SETTING} printable characters."
    return "A user's name has no colon." if name == "user" and ":" in value else ""


def _can_be_guessed(secret: str) -> str:
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not (secret.isascii() and secret.isprintable()):
        return f"Use {SHORTEST_SECRET} to {LONGEST_SECRET} printable characters, so that nobody guesses it."
    few = len(set(secret)) < SHORTEST_SECRET // 2
    return "This could be guessed. Leave it empty, and one is made." if few else ""
