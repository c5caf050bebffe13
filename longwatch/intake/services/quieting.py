# SPDX-License-Identifier: Apache-2.0
"""Keeping alerts quiet for a time, with somebody who answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.words import LONGEST_REASON, written
from longwatch.intake import quiet_rules as rules
from longwatch.intake import selectors
from longwatch.intake.conditions import read_conditions
from longwatch.intake.quiet_events import SuppressionEnded, SuppressionExtended, SuppressionMade
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.quiet_rules import QuietKind
from longwatch.records.severity import Severity

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What is asked for: which alerts, why, from when until when; the worse ones are heard all the same."""

    name: str
    reason: str
    conditions: Any
    expires_at: datetime
    kind: str = QuietKind.NOISE
    starts_at: datetime | None = None
    up_to_severity: int = Severity.HIGH
    compartment_id: UUID | None = None
    owner_id: UUID | None = None


@transaction.atomic
def keep_quiet(wanted: Quiet, *, by: Actor) -> Suppression:
    """Keep alerts quiet that meet all conditions; they are stored and counted, and running processes follow within
    half a minute.

    Whoever judges signals may do so for a week; longer needs the permission to manage sources (403).
    """
    now = clock.now()
    starts_at = wanted.starts_at or now
    _refuse_unfit(wanted, starts_at, now, by)
    conditions = [msgspec.to_builtins(each) for each in read_conditions(wanted.conditions)]
    owner = access_selectors.account_of(by, wanted.owner_id or by.id)
    row = Suppression(
        org_id=by.org_id, compartment_id=compartment_for(wanted.compartment_id), kind=wanted.kind, owner_id=owner.id,
        name=written(wanted.name, "name", _("Give it a name."), LONGEST_NAME),
        reason=written(wanted.reason, "reason", _("Say why these alerts are kept quiet."), LONGEST_REASON),
        conditions=conditions, up_to_severity=wanted.up_to_severity, starts_at=starts_at,
        expires_at=wanted.expires_at,
    )  # fmt: skip
    event = SuppressionMade(
        **_about(row), kind=row.kind, reason=row.reason, conditions=conditions,
        starts_at=row.starts_at.isoformat(), expires_at=row.expires_at.isoformat(),
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def keep_quiet_again(
    wanted: Quiet, windows: Sequence[tuple[datetime | None, datetime]], *, by: Actor
) -> list[Suppression]:
    """The same for several windows of time, all or none; refuses (422) none and more than a dozen."""
    if not 0 < len(windows) <= rules.MOST_REPEATS:
        sentence = _("Use 1 to %(count)s.") % {"count": rules.MOST_REPEATS}
        raise Invalid(sentence, fields={"repeats": sentence})
    return [keep_quiet(replace(wanted, starts_at=begin, expires_at=end), by=by) for begin, end in windows]


@transaction.atomic
def extend_quiet(
    suppression_id: UUID, *, expires_at: datetime, reason: str, by: Actor, expected_version: int | None = None
) -> Suppression:
    """Let it end later or sooner; refuses (409) one that is over."""
    row, now = _locked(suppression_id, expected_version, by), clock.now()
    rules.refuse_times(row.kind, row.starts_at, expires_at, now)
    if not rules.is_short(row.starts_at, expires_at, now):
        require(by, Permission.SOURCE_MANAGE)
    said = written(reason, "reason", _("Say why the end changes."), LONGEST_REASON)
    row.expires_at = expires_at
    event = SuppressionExtended(**_about(row), reason=said, expires_at=expires_at.isoformat())
    return ledger.record(event, by=by, row=row, fields=["expires_at"])


@transaction.atomic
def end_quiet(suppression_id: UUID, *, by: Actor, expected_version: int | None = None) -> Suppression:
    """Let these alerts be heard again; what came meanwhile stays quiet until it comes again."""
    row = _locked(suppression_id, expected_version, by)
    row.ended_at = clock.now()
    event = SuppressionEnded(**_about(row))
    return ledger.record(event, by=by, row=row, fields=["ended_at"])


def _about(row: Suppression) -> dict[str, Any]:
    """What every event about a rule says; it is its own record, so that its history can be told."""
    return {
        "subject_id": row.id, "record_id": row.id, "compartment_id": row.compartment_id, "suppression": row.name,
    }  # fmt: skip


def _locked(suppression_id: UUID, expected_version: int | None, by: Actor) -> Suppression:
    row = Suppression.objects.select_for_update().filter(id=suppression_id, org_id=by.org_id).first()
    if row is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    refuse_stale(row.version, expected_version)
    if row.is_over:
        raise Conflict(_("This is over: these alerts are heard again."), code="suppression_over")
    return row


def _refuse_unfit(wanted: Quiet, starts_at: datetime, now: datetime, by: Actor) -> None:
    require(by, Permission.SIGNAL_TRIAGE)
    if wanted.kind not in QuietKind.values:
        raise Invalid(_("Choose why they are kept quiet."), fields={"kind": _("Choose one of the two.")})
    if wanted.up_to_severity not in Severity.values:
        raise Invalid(_("Choose a severity."), fields={"up_to_severity": _("Choose a severity.")})
    rules.refuse_times(wanted.kind, starts_at, wanted.expires_at, now)
    if not rules.is_short(starts_at, wanted.expires_at, now):
        require(by, Permission.SOURCE_MANAGE)


def compartment_for(wanted: UUID | None) -> UUID:
    """The compartment of the signals that are meant: the first that one reads, if not named; refuses (422) others."""
    possible: Sequence[UUID] = [identity for identity, _name in selectors.reading_compartments()]
    if wanted is None and possible:
        return possible[0]
    if wanted is None or wanted not in possible:
        sentence = _("Choose one of the compartments whose signals you read.")
        raise Invalid(sentence, fields={"compartment_id": sentence})
    return wanted
