# SPDX-License-Identifier: Apache-2.0
"""Watch-lists: what to look out for, why, for whom, and until when. Each ends by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.enrichment import selectors
from longwatch.enrichment.events import WatchAdded, WatchListChanged, WatchListMade, WatchRemoved
from longwatch.enrichment.models import WatchEntry, WatchList
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key
from longwatch.records.severity import Severity

LONGEST_DAYS = 366
MOST_ENTRIES = 5_000
CHANGEABLE = frozenset({"reason", "owner", "expires_at", "severity"})


@transaction.atomic
def make_watchlist(
    *, name: str, reason: str, owner: str = "", expires_at: datetime, severity: int | None = None, by: Actor
) -> WatchList:
    """Make a watch-list; refuses (422) one without a reason or an end within a year."""
    require(by, Permission.SIGNAL_TRIAGE)
    row = WatchList(
        org_id=by.org_id, compartment_id=selectors.home(by).id, name=name.strip(), reason=reason.strip(),
        owner=owner.strip() or by.label, expires_at=expires_at, severity=severity,
    )  # fmt: skip
    _refuse_unusable(row)
    event = WatchListMade(
        subject_id=row.id, compartment_id=row.compartment_id, watchlist=row.name, reason=row.reason, owner=row.owner,
        until=expires_at.isoformat(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=row)
    except IntegrityError as error:
        raise Conflict("There is a watch-list of this name already.", code="name_taken") from error


@transaction.atomic
def change_watchlist(
    watchlist_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, by: Actor
) -> WatchList:
    """Change why, for whom, until when, or what is proposed; an end in the past ends it now."""
    row = _locked(watchlist_id, by)
    refuse_stale(row.version, expected_version)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise Invalid("This cannot be changed.", fields=dict.fromkeys(sorted(unknown), "This cannot be changed."))
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    _refuse_unusable(row, may_end="expires_at" in changed)
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changed.items()}
    event = WatchListChanged(subject_id=row.id, compartment_id=row.compartment_id, watchlist=row.name, changes=said)
    return ledger.record(event, by=by, row=row, fields=sorted(changed))


@transaction.atomic
def watch(watchlist_id: UUID, *, kind: str, value: str, by: Actor) -> WatchEntry:
    """Put something on a watch-list; what is on it already stays the same entry."""
    row = _locked(watchlist_id, by)
    value = value.strip()
    if kind not in EntityKind.values:
        raise Invalid("Choose what it is.", fields={"kind": "Choose what it is."})
    if not value or len(value) > LONGEST_VALUE or "\0" in value:
        sentence = f"Enter a value of up to {LONGEST_VALUE} characters."
        raise Invalid(sentence, fields={"value": sentence})
    key = entity_key(kind, value)
    there = selectors.entries(row.id).filter(key=key).first()
    if there is not None:
        return there
    if selectors.entries(row.id).count() >= MOST_ENTRIES:
        raise Conflict(f"A watch-list holds up to {MOST_ENTRIES} things. Make another.", code="full")
    entry = WatchEntry(
        org_id=by.org_id, compartment_id=row.compartment_id, watchlist_id=row.id, kind=kind, value=value, key=key
    )
    event = WatchAdded(
        subject_id=entry.id, record_id=row.id, compartment_id=row.compartment_id, watchlist=row.name, kind=kind,
        value=value,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=entry)


@transaction.atomic
def unwatch(watchlist_id: UUID, entry_id: UUID, *, expected_version: int | None = None, by: Actor) -> WatchEntry:
    """Take something off a watch-list; doing it twice changes nothing."""
    row = _locked(watchlist_id, by)
    entry = WatchEntry.objects.select_for_update().filter(id=entry_id, watchlist_id=row.id).first()
    if entry is None:
        raise NotFound
    refuse_stale(entry.version, expected_version)
    if entry.removed_at is not None:
        return entry
    entry.removed_at = clock.now()
    event = WatchRemoved(
        subject_id=entry.id, record_id=row.id, compartment_id=row.compartment_id, watchlist=row.name, kind=entry.kind,
        value=entry.value,
    )  # fmt: skip
    return ledger.record(event, by=by, row=entry, fields=["removed_at"])


def _locked(watchlist_id: UUID, by: Actor) -> WatchList:
    row = WatchList.objects.select_for_update().filter(id=watchlist_id, org_id=by.org_id).first()
    if row is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    return row


def _fits(text: str, longest: int) -> bool:
    return bool(text) and len(text) <= longest and "\0" not in text


def _refuse_unusable(row: WatchList, *, may_end: bool = False) -> None:
    now = clock.now()
    latest = now + timedelta(days=LONGEST_DAYS)
    checks = {
        "name": (_fits(row.name, 100), "Use a name of up to 100 characters."),
        "reason": (_fits(row.reason, 500), "Say why, in up to 500 characters."),
        "owner": (_fits(row.owner, 200), "Name who answers for it."),
        "expires_at": (
            (may_end or row.expires_at > now) and row.expires_at <= latest, "Choose an end within a year from now."
        ),
        "severity": (row.severity is None or row.severity in Severity.values, "Use 0 to 4, or nothing."),
    }  # fmt: skip
    wrong = {name: sentence for name, (good, sentence) in checks.items() if not good}
    if wrong:
        raise Invalid("The watch-list cannot be used like this.", fields=wrong)
