# SPDX-License-Identifier: Apache-2.0
"""Reads of rules that keep alerts quiet; row security decides which there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.paging import Page, page_of
from longwatch.intake.conditions import Condition, words
from longwatch.intake.listing import moment_cursor
from longwatch.intake.models import Signal
from longwatch.intake.quiet_models import QuietTally, Suppression
from longwatch.intake.sentences import SENTENCES
from longwatch.records.selectors import Line, timeline
from longwatch.records.sentences import sentence_of

NEWEST = 10


def suppressions(actor: Actor, *, over: bool = False, cursor: str | None = None, limit: int = 50) -> Page[Suppression]:
    """Rules in force or to come, or those that are over; newest first."""
    is_over = ~Q(ended_at=None) | Q(expires_at__lte=clock.now())
    rows = Suppression.objects.select_related("owner").filter(org_id=actor.org_id).filter(is_over if over else ~is_over)
    if cursor:
        at, identity = moment_cursor(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=identity))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    return page_of(found, limit, lambda row: (row.created_at.isoformat(), str(row.id)), first=not cursor)


def suppression(actor: Actor, rule_id: UUID) -> Suppression:
    """One rule; refuses one that is not there for the reader."""
    found = Suppression.objects.select_related("owner").filter(org_id=actor.org_id, id=rule_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule with what it kept quiet."""

    rule: Suppression
    # Its conditions for people.
    says: Sequence[str]
    times: int
    last_at: datetime | None


def counted(rules: Sequence[Suppression]) -> list[Counted]:
    """Rules with their counts."""
    known = QuietTally.objects.in_bulk([rule.id for rule in rules]) if rules else {}
    found = []
    for rule in rules:
        says, tally = [words(Condition(**each)) for each in rule.conditions], known.get(rule.id)
        found.append(Counted(rule, says, tally.times if tally else 0, tally.last_at if tally else None))
    return found


def newest_kept(rule: Suppression) -> list[Signal]:
    """The newest signals that a rule keeps quiet at this moment."""
    rows = Signal.objects.filter(suppression_id=rule.id).select_related("source")
    shown = rows.only("id", "title", "severity", "first_seen", "count", "source__name")
    return list(shown.order_by("-first_seen", "-id")[:NEWEST])


def rules_by_ids(ids: Collection[UUID]) -> dict[UUID, Suppression]:
    """Rules by their identifiers, as far as the reader sees them."""
    return Suppression.objects.in_bulk(list(ids))


def rule_of(rule_id: UUID | None) -> Suppression | None:
    """The rule of that identifier, if there is one and the reader sees it."""
    return Suppression.objects.filter(id=rule_id).first() if rule_id else None


def history(rule: Suppression, actor: Actor) -> list[tuple[Line, str]]:
    """What was done about a rule, with who did it."""
    told = timeline(rule.id, by=actor, limit=20).rows
    return [(line, sentence_of(line.action, line.fields, SENTENCES)) for line in told]
