# SPDX-License-Identifier: Apache-2.0
"""Sources: where signals come from and how they are taken."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.clock import zone_names
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.entities.kinds import EntityKind
from longwatch.intake import selectors
from longwatch.intake.events import SourceChanged, SourceCreated, SourceSwitchedOff, SourceSwitchedOn
from longwatch.intake.mapping import format_names
from longwatch.intake.mapping.own import OWN
from longwatch.intake.models import SignalKind, Source
from longwatch.intake.rules import TEMPLATE_FIELDS, unknown_fields
from longwatch.records.severity import Severity

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
CHANGEABLE = frozenset({
    "name", "dedup_fields", "rate_per_second", "burst", "default_severity", "heartbeat_seconds", "canary_minutes",
    "format", "time_zone",
})  # fmt: skip
MOST_PER_SECOND = 100_000
# A minute to a month: silence is looked for each minute.
# Five minutes to a week.
CANARY_MINUTES = range(5, 7 * 1_440 + 1)
HEARTBEAT_SECONDS = range(60, 31 * 86_400 + 1)


@transaction.atomic
def create_source(  # noqa: PLR0913 - one name for each column
    *, name: str, slug: str, kind: str = SignalKind.ALERT, compartment_id: UUID | None = None,
    dedup_fields: Sequence[str] = (), rate_per_second: int = 5_000, burst: int = 20_000,
    default_severity: int = Severity.MEDIUM, by: Actor,
) -> Source:  # fmt: skip
    """Add a source whose signals go to a compartment (the organisation's first one for signals, if not named)."""
    require(by, Permission.SOURCE_MANAGE)
    source = Source(
        org_id=by.org_id, compartment_id=_compartment(compartment_id), name=name.strip(), slug=slug, kind=kind,
        dedup_fields=list(dedup_fields), rate_per_second=rate_per_second, burst=burst,
        default_severity=default_severity,
    )  # fmt: skip
    _refuse_unusable(source)
    if selectors.sources(by).filter(slug=slug).exists():
        raise Conflict("There is a source with this short name already. Choose another.", code="slug_taken")
    event = SourceCreated(subject_id=source.id, source=source.name, slug=slug, kind=source.kind)
    return ledger.record_created(event, by=by, row=source)


@transaction.atomic
def change_source(
    source_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, by: Actor
) -> Source:
    """Change how a source's signals are taken; running processes follow within half a minute."""
    source = _locked(source_id, expected_version, by)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise Invalid("This cannot be changed.", fields=dict.fromkeys(sorted(unknown), "This cannot be changed."))
    changed = {name: value for name, value in changes.items() if getattr(source, name) != value}
    if not changed:
        return source
    if "canary_minutes" in changed:
        changed["canary_account_id"] = by.id if changed["canary_minutes"] else None
    for name, value in changed.items():
        setattr(source, name, value)
    _refuse_unusable(source)
    event = SourceChanged(subject_id=source.id, source=source.name, changes=changed)
    return ledger.record(event, by=by, row=source, fields=sorted(changed))


@transaction.atomic
def switch_source(source_id: UUID, *, on: bool, expected_version: int | None = None, by: Actor) -> Source:
    """Let a source's signals in or keep them out; doing it twice changes nothing."""
    source = _locked(source_id, expected_version, by)
    if source.enabled == on:
        return source
    source.enabled = on
    event = (SourceSwitchedOn if on else SourceSwitchedOff)(subject_id=source.id, source=source.name)
    return ledger.record(event, by=by, row=source, fields=["enabled"])


def _locked(source_id: UUID, expected_version: int | None, by: Actor) -> Source:
    source = selectors.sources(by).select_for_update().filter(id=source_id).first()
    if source is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    refuse_stale(source.version, expected_version)
    return source


def _compartment(wanted: UUID | None) -> UUID:
    possible = [identity for identity, _ in selectors.intake_compartments()]
    if wanted is None and possible:
        return possible[0]
    if wanted is None or wanted not in possible:
        sentence = "Choose one of the organisation's compartments for signals."
        raise Invalid(sentence, fields={"compartment_id": sentence})
    return wanted


def _is_known(source: Source) -> bool:
    """Whether a source can be read in its format: one that comes with the system, or a mapping of one's own."""
    if not source.format.startswith(OWN):
        return source.format in format_names()
    with connection.cursor() as cursor:
        cursor.execute("select intake_own_mapping(%s, %s) is not null", [source.id, source.format])
        return bool(cursor.fetchone()[0])


def _is_zone(name: str) -> bool:
    return name in zone_names()


def _refuse_unusable(source: Source) -> None:
    """Refuse values that would stop signals from coming in, each with its field."""
    names = TEMPLATE_FIELDS | set(EntityKind.values)
    unknown = unknown_fields(source.dedup_fields)
    checks = {
        "name": (bool(source.name) and len(source.name) <= 100, "Give it a name of up to 100 characters."),
        "slug": (bool(SLUG.fullmatch(source.slug)), "Use small letters, digits and hyphens, up to 60."),
        "kind": (source.kind in SignalKind.values, "Use alert, report or sos."),
        "dedup_fields": (not unknown, f"Unknown: {', '.join(unknown)}. Use: {', '.join(sorted(names))}."),
        "rate_per_second": (1 <= source.rate_per_second <= MOST_PER_SECOND, "Use 1 to 100000."),
        "burst": (1 <= source.burst <= 10 * MOST_PER_SECOND, "Use 1 to 1000000."),
        "default_severity": (source.default_severity in Severity.values, "Use 0 to 4."),
        "heartbeat_seconds": (
            source.heartbeat_seconds is None or source.heartbeat_seconds in HEARTBEAT_SECONDS,
            "Use 60 to 2678400.",
        ),
        "canary_minutes": (
            source.canary_minutes is None or source.canary_minutes in CANARY_MINUTES,
            "Use 5 to 10080 minutes.",
        ),
    }
    checks |= {
        "format": (_is_known(source), "There is no format of this name, and no mapping of your own with it here."),
        "time_zone": (_is_zone(source.time_zone), "Use the name of a time zone, such as Europe/Madrid."),
    }
    wrong = {field: sentence for field, (good, sentence) in checks.items() if not good}
    if wrong:
        raise Invalid("The source cannot be used like this.", fields=wrong)
