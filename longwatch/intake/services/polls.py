# SPDX-License-Identifier: Apache-2.0
"""Connections over which signals are fetched: setting one up, trying it, changing it, ending it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotFound, refuse_stale
from longwatch.core.hiding import hide, reveal
from longwatch.core.outbound import Trust, Unreachable, target_of
from longwatch.intake import selectors
from longwatch.intake.arrival import SourceFacts, understood
from longwatch.intake.events import PollChanged, PollClosed, PollOpened
from longwatch.intake.poll_models import Poll, poll_purpose
from longwatch.intake.polling.asking import JSON, Wanted
from longwatch.intake.polling.kinds import KINDS, usable
from longwatch.intake.services.receiving import facts
from longwatch.intake.submission import severity_in

LONGEST_LABEL = 100
LONGEST_USER = 200
LONGEST_SECRET = 4_000
LONGEST_AUTHORITIES = 100_000
INTERVAL_SECONDS = range(10, 86_400 + 1)
BACK_HOURS = range(24 * 366)
MOST_OPEN = 20


@dataclass(frozen=True)
class Fetching:
    """What is set of a connection; an empty secret keeps the one that there is."""

    label: str
    kind: str
    url: str
    scheme: str
    user: str = ""
    secret: str = ""
    authorities: str = ""
    verified: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    interval_seconds: int = 60
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a connection: a sentence, and how one of its records would be read."""

    works: bool
    sentence: str
    title: str = ""
    severity: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class PollTrial:
    """A connection that is about to be tried. It needs no database, and must not keep a transaction open."""

    asked: Wanted = field(repr=False)
    source: SourceFacts

    def ask(self) -> Tried:
        """Whether it could be fetched like this, and how a record would be read; nothing is stored."""
        try:
            trial = KINDS[self.asked.kind].connector(self.asked).test()
        except Unreachable as refusal:
            return Tried(works=False, sentence=refusal.sentence)
        found = self._read(trial.sample) if trial.sample else Tried(True, "")
        return replace(found, sentence=trial.sentence)

    def _read(self, sample: bytes) -> Tried:
        try:
            piece = understood(self.source, sample, JSON).pieces[0]
        except LongwatchError as refusal:
            return Tried(True, "", title=refusal.sentence)
        severity = severity_in(piece.signal)
        return Tried(True, "", piece.signal.title, "" if severity is None else severity.word, piece.format)


@transaction.atomic
def open_poll(source_id: UUID, wanted: Fetching, *, back_hours: int = 24, by: Actor) -> Poll:
    """Begin to fetch for a source, from so many hours ago; the first turn is within seconds."""
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    settings = _usable(wanted, known_secret="")
    if back_hours not in BACK_HOURS:
        raise Invalid("It cannot begin there.", fields={"back_hours": f"Use 0 to {BACK_HOURS[-1]} hours."})
    if Poll.objects.filter(source_id=source_id, closed_at=None).count() >= MOST_OPEN:
        raise Invalid("End another one first.", fields={"label": f"A source has up to {MOST_OPEN} connections."})
    poll = Poll(
        org_id=by.org_id, source=source, label=wanted.label.strip(), kind=wanted.kind, url=wanted.url,
        scheme=wanted.scheme, user=wanted.user, authorities=wanted.authorities.strip(), verified=wanted.verified,
        settings=settings, interval_seconds=wanted.interval_seconds, enabled=wanted.enabled,
        start_at=clock.now() - timedelta(hours=back_hours),
    )  # fmt: skip
    poll.wrapped = hide(wanted.secret, poll_purpose(poll.id)) if wanted.secret else ""
    event = PollOpened(
        subject_id=poll.id, source=source.name, label=poll.label, kind=poll.kind, url=target_of(poll.url).shown
    )
    return ledger.record_created(event, by=by, row=poll)


@transaction.atomic
def change_poll(poll_id: UUID, wanted: Fetching, *, expected_version: int | None = None, by: Actor) -> Poll:
    """Fetch otherwise from now on; refuses one that has ended. Another address needs its secret again."""
    poll = _locked(poll_id, expected_version, by)
    moved = target_of(wanted.url) != target_of(poll.url)
    # A secret goes nowhere that it was not entered for.
    settings = _usable(wanted, known_secret="" if moved else poll.wrapped)
    values: dict[str, Any] = {
        "label": wanted.label.strip(), "kind": wanted.kind, "url": wanted.url, "scheme": wanted.scheme,
        "user": wanted.user, "authorities": wanted.authorities.strip(), "verified": wanted.verified,
        "settings": settings, "interval_seconds": wanted.interval_seconds, "enabled": wanted.enabled,
    }  # fmt: skip
    if wanted.secret or wanted.scheme == "none":
        values["wrapped"] = hide(wanted.secret, poll_purpose(poll.id)) if wanted.secret else ""
    changed = sorted(name for name, value in values.items() if getattr(poll, name) != value)
    if not changed:
        return poll
    begins_anew = moved or wanted.kind != poll.kind or settings != poll.settings
    for name in changed:
        setattr(poll, name, values[name])
    event = PollChanged(
        subject_id=poll.id, source=poll.source.name, label=poll.label,
        changed=["secret" if name == "wrapped" else name for name in changed], url=target_of(poll.url).shown,
    )  # fmt: skip
    poll = ledger.record(event, by=by, row=poll, fields=changed)
    _look_again(poll, begins_anew)
    return poll


@transaction.atomic
def close_poll(poll_id: UUID, *, expected_version: int | None = None, by: Actor) -> Poll:
    """End fetching, and forget its secret; doing it twice changes nothing."""
    poll = _found(poll_id, by)
    refuse_stale(poll.version, expected_version)
    if poll.closed_at is not None:
        return poll
    poll.closed_at, poll.enabled, poll.wrapped = clock.now(), False, ""
    event = PollClosed(subject_id=poll.id, source=poll.source.name, label=poll.label)
    return ledger.record(event, by=by, row=poll, fields=["closed_at", "enabled", "wrapped"])


def begin_trial(source_id: UUID, wanted: Fetching, *, poll_id: UUID | None = None, by: Actor) -> PollTrial:
    """What is needed to see whether it could be fetched like this; it is asked when no transaction is open."""
    source = selectors.source(by, source_id)
    require(by, Permission.SOURCE_MANAGE)
    poll = _found(poll_id, by, Poll.objects.all()) if poll_id else None
    known = ""
    if poll is not None and not wanted.secret and target_of(wanted.url) == target_of(poll.url):
        known = poll.wrapped
    settings = _usable(wanted, known_secret=known)
    secret = wanted.secret or (reveal(known, poll_purpose(poll.id)) or "" if poll is not None and known else "")
    trust = Trust(wanted.authorities, wanted.verified)
    asked = Wanted(wanted.kind, wanted.url, wanted.scheme, wanted.user, secret, trust, settings)
    return PollTrial(asked, facts(source))


def wanted_of(poll: Poll, **changes: Any) -> Fetching:
    """What is set of a connection, with changes."""
    names = (
        "label",
        "kind",
        "url",
        "scheme",
        "user",
        "authorities",
        "verified",
        "settings",
        "interval_seconds",
        "enabled",
    )
    return replace(Fetching(**{name: getattr(poll, name) for name in names}), **changes)


def _locked(poll_id: UUID, expected_version: int | None, by: Actor) -> Poll:
    poll = _found(poll_id, by)
    refuse_stale(poll.version, expected_version)
    if poll.closed_at is not None:
        raise Conflict("Fetching over it has ended. Set up a new one.", code="poll_closed")
    return poll


def _found(poll_id: UUID, by: Actor, rows: QuerySet[Poll] | None = None) -> Poll:
    """The connection, locked unless rows of it are given; refuses one that is not there for the actor."""
    rows = Poll.objects.select_for_update(of=("self",)) if rows is None else rows
    poll = rows.select_related("source").filter(id=poll_id, org_id=by.org_id).first()
    if poll is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    return poll


def _look_again(poll: Poll, begins_anew: bool) -> None:
    """Ask within seconds; from the beginning when it is another place, or other records are meant."""
    statement = "update intake_poll_state set next_at = clock_timestamp(), failures = 0"
    statement += ", cursor = '{}' where poll_id = %s" if begins_anew else " where poll_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [poll.id])


def _usable(wanted: Fetching, *, known_secret: str) -> dict[str, Any]:
    """The settings that the kind has; refuses wrong values with their field."""
    kind = KINDS.get(wanted.kind)
    if kind is None:
        raise Invalid("It cannot be set up like this.", fields={"kind": f"Use one of: {', '.join(KINDS)}."})
    settings, wrong = usable(wanted.kind, wanted.settings)
    wrong |= faults_of(wanted, kind.schemes, INTERVAL_SECONDS, known_secret)
    if wrong:
        raise Invalid("It cannot be set up like this.", fields=wrong)
    return settings


def faults_of(wanted: Fetching, schemes: Sequence[str], intervals: range, known_secret: str) -> dict[str, str]:
    """What is wrong with what was set, beside the settings of the kind: a sentence for each field."""
    good_label = 0 < len(wanted.label.strip()) <= LONGEST_LABEL and wanted.label.isprintable()
    wrong = {
        "label": "" if good_label else f"Give it a name of up to {LONGEST_LABEL} characters.",
        "scheme": "" if wanted.scheme in schemes else f"Use one of: {', '.join(schemes)}.",
        "user": _user(wanted),
        "secret": _secret(wanted, known_secret),
        "interval_seconds": (
            "" if wanted.interval_seconds in intervals else f"Use {intervals[0]} to {intervals[-1]} seconds."
        ),
        "authorities": "" if len(wanted.authorities) <= LONGEST_AUTHORITIES else "This is too long.",
    }  # fmt: skip
    for check in (lambda: target_of(wanted.url), lambda: Trust(wanted.authorities).context()):
        try:
            check()
        except Invalid as refusal:
            wrong |= refusal.fields
    return {name: sentence for name, sentence in wrong.items() if sentence}


def _secret(wanted: Fetching, known_secret: str) -> str:
    if wanted.scheme != "none" and not (wanted.secret or known_secret):
        return "Enter it; it is kept hidden, and goes to this address only."
    good = len(wanted.secret) <= LONGEST_SECRET and wanted.secret.isascii() and wanted.secret.isprintable()
    return "" if good else "Use printable characters."


def _user(wanted: Fetching) -> str:
    if wanted.scheme == "basic" and not wanted.user:
        return "Enter the user."
    good = len(wanted.user) <= LONGEST_USER and wanted.user.isprintable() and ":" not in wanted.user
    return "" if good else "A user's name is printable and has no colon."
