# SPDX-License-Identifier: Apache-2.0
"""Telling the sender of a source: setting it up, changing, pausing, ending it, and telling again what was refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.hiding import hide, reveal
from longwatch.core.outbound import Target, Trust, Unreachable, target_of
from longwatch.exchange.services import courses
from longwatch.exchange.sync_events import (
    SenderSyncChanged,
    SenderSyncEnded,
    SenderSyncMade,
    SenderSyncPaused,
    SenderSyncResent,
    SenderSyncResumed,
)
from longwatch.exchange.sync_models import LetterState, Scheme, SenderSync, SyncLetter
from longwatch.exchange.sync_rules import HEADER, OURS, calls_read, headers_read, words_read
from longwatch.intake import selectors
from longwatch.intake.models import SignalKind

LONGEST_SECRET = 4_000
LONGEST_USER = 200
LONGEST_AUTHORITIES = 100_000
PLAIN = ("url", "scheme", "user", "authorities", "verified", "tells_who", "tells_why")


@dataclass(frozen=True)
class Telling:
    """What is set up; an empty secret keeps the one that there is."""

    url: str
    calls: Sequence[Mapping[str, Any]]
    headers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    scheme: str = Scheme.NONE
    user: str = ""
    secret: str = field(default="", repr=False)
    authorities: str = ""
    verified: bool = True
    tells_who: bool = False
    tells_why: bool = False


def sync_of(source_id: UUID, by: Actor, *, lock: bool = False) -> SenderSync | None:
    """What is set up for a source of the actor's organisation and has not ended; refuses a source they do not have."""
    selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    rows = SenderSync.objects.select_for_update(of=("self",)) if lock else SenderSync.objects.select_related("course")
    return rows.filter(source_id=source_id, closed_at=None).first()


@transaction.atomic
def set_up(source_id: UUID, wanted: Telling, *, by: Actor, expected_version: int | None = None) -> SenderSync:
    """Have a sender told as is wanted from now on: set up anew, or changed. Another host needs its secret again."""
    source = selectors.source(by, source_id)
    row = sync_of(source_id, by, lock=True)
    if source.kind != SignalKind.ALERT:
        raise Conflict("What people report is told to nobody by itself.", code="not_alerts")
    if row is not None:
        refuse_stale(row.version, expected_version)
    values = _values(wanted, row)
    host = target_of(wanted.url).shown
    if row is not None:
        return _changed(row, values, source.name, host, by)
    row = SenderSync(org_id=by.org_id, source=source, created_by_id=by.id, **values)
    row.wrapped = hide(wanted.secret, _purpose(row.id)) if wanted.secret and wanted.scheme != Scheme.NONE else ""
    event = SenderSyncMade(subject_id=row.id, source=source.name, host=host, occasions=_occasions(values["calls"]))
    ledger.record_created(event, by=by, row=row)
    courses.begin_sync(row)
    return row


def _changed(row: SenderSync, values: dict[str, Any], source: str, host: str, by: Actor) -> SenderSync:
    secret = values.pop("secret", "")
    if secret or values["scheme"] == Scheme.NONE:
        values["wrapped"] = hide(secret, _purpose(row.id)) if secret else ""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if not changed:
        return row
    named = ["secret" if name == "wrapped" else name for name in changed]
    event = SenderSyncChanged(subject_id=row.id, source=source, host=host, changed=named)
    ledger.record(event, by=by, row=row, fields=changed)
    courses.restart_sync(row)
    return row


@transaction.atomic
def pause(source_id: UUID, *, by: Actor, expected_version: int | None = None) -> SenderSync:
    """Tell the sender nothing for now; what happens meanwhile waits. Doing it twice changes nothing."""
    row = _open(source_id, by, expected_version)
    if row.paused_at is None:
        row.paused_at = clock.now()
        ledger.record(SenderSyncPaused(subject_id=row.id, source=row.source.name), by=by, row=row, fields=["paused_at"])
    return row


@transaction.atomic
def resume(source_id: UUID, *, by: Actor, expected_version: int | None = None) -> SenderSync:
    """Tell it again, at once, what waits first; also where the worker had given up for now."""
    row = _open(source_id, by, expected_version)
    courses.restart_sync(row)
    if row.paused_at is not None:
        row.paused_at = None
        event = SenderSyncResumed(subject_id=row.id, source=row.source.name)
        ledger.record(event, by=by, row=row, fields=["paused_at"])
    return row


@transaction.atomic
def end(source_id: UUID, *, by: Actor, expected_version: int | None = None) -> SenderSync:
    """Tell the sender nothing more, forget the secret, and what waits."""
    row = _open(source_id, by, expected_version)
    row.closed_at, row.wrapped = clock.now(), ""
    courses.drop_waiting(row, "Telling the sender has ended.")
    event = SenderSyncEnded(subject_id=row.id, source=row.source.name)
    return ledger.record(event, by=by, row=row, fields=["closed_at", "wrapped"])


@transaction.atomic
def send_again(source_id: UUID, letter_id: UUID, *, by: Actor) -> SyncLetter:
    """Have something refused told again, soon. Refuses (409) what is not refused, and what is out of date by now."""
    row = _open(source_id, by, None)
    letter = SyncLetter.objects.select_for_update().filter(id=letter_id, sync=row).first()
    if letter is None:
        raise NotFound
    if letter.state != LetterState.REFUSED:
        raise Conflict("This is not refused, so there is nothing to send again.", code="not_refused")
    later = SyncLetter.objects.filter(sync=row, signal_id=letter.signal_id, entry_id__gt=letter.entry_id)
    if later.exists():
        raise Conflict(
            "Something newer happened to this signal since. Sending this would tell its sender what holds no more.",
            code="out_of_date",
        )
    courses.wait_again(letter)
    event = SenderSyncResent(subject_id=row.id, source=row.source.name, occasion=letter.occasion)
    ledger.append(event, by=by)
    return letter


def secret_of(sync_id: UUID, wrapped: str) -> str:
    """The secret; refuses (502) one that was hidden under another secret key."""
    if not wrapped:
        return ""
    found = reveal(wrapped, _purpose(sync_id))
    if found is None:
        raise Unreachable("Its secret cannot be read under this secret key. Enter it again.", code="secret_lost")
    return found


def known_secret(row: SenderSync | None, wanted: Telling) -> str:
    """The secret to sign in with: the one entered, else the one kept for this very host."""
    if wanted.secret or row is None or not row.wrapped or wanted.scheme == Scheme.NONE:
        return wanted.secret
    return secret_of(row.id, row.wrapped) if _origin(row.url) == _origin(wanted.url) else ""


def _purpose(sync_id: UUID) -> str:
    """What the secret is hidden for: moved to another row it opens nothing."""
    return f"telling a sender {sync_id}"


def _open(source_id: UUID, by: Actor, expected_version: int | None) -> SenderSync:
    row = sync_of(source_id, by, lock=True)
    if row is None:
        raise NotFound
    refuse_stale(row.version, expected_version)
    return row


def _occasions(calls: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({str(each) for call in calls for each in call["occasions"]})


def _values(wanted: Telling, row: SenderSync | None) -> dict[str, Any]:
    """The columns; refuses (422) wrong ones, each with its field."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {name: getattr(wanted, name) for name in PLAIN}
    values["authorities"] = wanted.authorities.strip()
    readers: dict[str, Callable[[], Any]] = {
        "calls": lambda: calls_read(wanted.calls),
        "headers": lambda: headers_read(wanted.headers),
        "words": lambda: words_read(wanted.words),
    }
    checks: list[Callable[[], Any]] = [lambda: target_of(wanted.url), lambda: Trust(wanted.authorities).context()]
    for name, read in readers.items():
        with _noting(wrong):
            values[name] = read()
    for check in checks:
        with _noting(wrong):
            check()
    if not wrong.get("url"):
        wrong |= {name: said for name, said in _sign_in(wanted, row).items() if said}
    if wrong:
        raise Invalid("The sender cannot be told like this.", fields=wrong)
    return values | ({"secret": wanted.secret} if row is not None else {})


@contextmanager
def _noting(wrong: dict[str, str]) -> Iterator[None]:
    """Collect what is refused."""
    try:
        yield
    except Invalid as refusal:
        wrong |= refusal.fields


def _sign_in(wanted: Telling, row: SenderSync | None) -> dict[str, str]:
    scheme, secret, user = wanted.scheme, wanted.secret, wanted.user
    kept = row is not None and bool(row.wrapped) and _origin(row.url) == _origin(wanted.url)
    printable = len(secret) <= LONGEST_SECRET and secret.isascii() and (not secret or secret.isprintable())
    missing = scheme != Scheme.NONE and not secret and not kept
    wrong = {"scheme": "" if scheme in Scheme.values else "Choose how Longwatch signs in."}
    wrong |= {} if printable else {"secret": "Use printable characters."}
    wrong |= {"secret": "Enter it; it is kept hidden, and goes to this address only."} if missing else {}
    if scheme == Scheme.BASIC and (not user or ":" in user or not user.isprintable() or len(user) > LONGEST_USER):
        wrong["user"] = "Enter the user, without a colon."
    if scheme == Scheme.HEADER and (not HEADER.match(user) or user.lower() in OURS - {"authorization"}):
        wrong["user"] = "Enter the name of the header, such as X-Api-Key or Authorization."
    if len(wanted.authorities) > LONGEST_AUTHORITIES:
        wrong["authorities"] = "This is too long."
    return wrong


def _origin(url: str) -> tuple[str, str, int]:
    target: Target = target_of(url)
    return target.scheme, target.host, target.port
