# SPDX-License-Identifier: Apache-2.0
"""Reads about incidents; row security does the filtering."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, page_of
from longwatch.incidents.models import GroupOpening, Incident, IncidentStatus, Notice, Responder
from longwatch.incidents.rules import OPEN_STATUSES
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef, ref_of
from longwatch.records.selectors import moment_cursor
from longwatch.records.severity import Severity

MOST_ON_BOARD = 100
MOST_MATCHES = 2000
WORD = re.compile(r"\w+")


def _all() -> QuerySet[Incident]:
    return Incident.objects.select_related("commander", "compartment", "merged_into")


def incident(incident_id: UUID) -> Incident:
    """An incident; refuses (404) what is not visible."""
    found = _all().filter(id=incident_id).first()
    if found is None:
        raise NotFound
    return found


def incident_by_reference(reference: str) -> Incident:
    """An incident by its reference, whatever its case; refuses (404) what is not visible."""
    found = _all().select_related("opened_by").filter(reference=reference.upper()).first()
    if found is None:
        raise NotFound
    return found


def incident_for_change(incident_id: UUID) -> Incident:
    """An incident, locked until the transaction ends."""
    found = Incident.objects.select_for_update(of=("self",)).select_related("commander").filter(id=incident_id).first()
    if found is None:
        raise NotFound
    return found


def notices(incident_id: UUID) -> list[Notice]:
    """What was published to an incident and holds now, newest first."""
    found = Notice.objects.filter(incident_id=incident_id, withdrawn_at=None)
    return list(found.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now())).order_by("-published_at", "-id"))


def incident_ref(found: Incident) -> RecordRef:
    """The incident as other packages refer to it."""
    return ref_of(found, RecordKind.INCIDENT)


def incidents_by_ids(ids: Sequence[UUID]) -> list[Incident]:
    """The visible ones among these, newest first."""
    return list(_all().filter(id__in=ids).order_by("-opened_at"))


def board(org_id: UUID) -> list[Incident]:
    """Open incidents by what needs a hand first: unowned, overdue, severity, age."""
    now = clock.now()
    rows = _all().filter(org_id=org_id, status__in=OPEN_STATUSES).annotate(
        unowned=_flag(Q(commander=None)), overdue=_flag(Q(next_action_due__lt=now))
    )  # fmt: skip
    return list(rows.order_by("-unowned", "-overdue", "-severity", "opened_at")[:MOST_ON_BOARD])


def board_figures(org_id: UUID) -> dict[str, int]:
    """How many incidents are open, without a commander, overdue, and high or critical; also those not on the board."""
    return Incident.objects.filter(org_id=org_id, status__in=OPEN_STATUSES).aggregate(
        open=Count("id"),
        unowned=Count("id", filter=Q(commander=None)),
        overdue=Count("id", filter=Q(next_action_due__lt=clock.now())),
        grave=Count("id", filter=Q(severity__gte=Severity.HIGH)),
    )


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def open_incidents(org_id: UUID, text: str = "", limit: int = 20) -> list[Incident]:
    """Open incidents that fit a search, newest first: for choosing one."""
    rows = _matching(_all().filter(org_id=org_id, status__in=OPEN_STATUSES), text)
    return list(rows.order_by("-opened_at", "-id")[:limit])


def last_closed_at(org_id: UUID) -> datetime | None:
    """When the newest closing was."""
    return Incident.objects.filter(org_id=org_id, closed_at__isnull=False).order_by("-closed_at").values_list(
        "closed_at", flat=True
    ).first()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of incidents is narrowed to."""

    status: str = ""
    severity: str = ""
    category: str = ""
    commander: str = ""
    text: str = ""

    @property
    def any(self) -> bool:
        """Whether anything narrows the list."""
        return any((self.status, self.severity, self.category, self.commander, self.text))


def incidents(actor: Actor, wanted: Wanted, *, cursor: str | None = None, limit: int = 50) -> Page[Incident]:
    """A page of incidents, newest first."""
    rows = _matching(_narrowed(_all().filter(org_id=actor.org_id), wanted, actor.id), wanted.text)
    if cursor:
        opened_at, last = moment_cursor(cursor)
        rows = rows.filter(Q(opened_at__lt=opened_at) | Q(opened_at=opened_at, id__lt=_identifier(last)))
    found = list(rows.order_by("-opened_at", "-id")[: limit + 1])
    return page_of(found, limit, lambda row: (row.opened_at.isoformat(), str(row.id)), first=cursor is None)


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        sentence = "Use the cursor of the last answer."
        raise Invalid("The cursor is not one of ours.", fields={"cursor": sentence}) from error


def _narrowed(rows: QuerySet[Incident], wanted: Wanted, me: UUID) -> QuerySet[Incident]:
    if wanted.status == "open":
        rows = rows.filter(status__in=OPEN_STATUSES)
    elif wanted.status in IncidentStatus.values:
        rows = rows.filter(status=wanted.status)
    if wanted.severity.isdecimal():
        rows = rows.filter(severity__gte=int(wanted.severity))
    if wanted.category:
        rows = rows.filter(category__startswith=wanted.category)
    return _commanded(rows, wanted.commander, me)


def _commanded(rows: QuerySet[Incident], commander: str, me: UUID) -> QuerySet[Incident]:
    if commander == "nobody":
        return rows.filter(commander=None)
    return rows.filter(commander_id=me) if commander == "me" else rows


def _matching(rows: QuerySet[Incident], text: str) -> QuerySet[Incident]:
    words = WORD.findall(text.lower())[:12]
    if not words:
        return rows
    needle = " & ".join(f"{word}:*" for word in words)
    return rows.filter(id__in=RawSQL("select incidents_matching(%s, %s)", (needle, MOST_MATCHES)))


def responders(incident_id: UUID) -> QuerySet[Responder]:
    """Everybody who has or had a role, those who have it first, the commander above all."""
    rows = Responder.objects.filter(incident_id=incident_id).select_related("account")
    lead = Case(When(role="commander", then=Value(0)), default=Value(1))
    return rows.order_by("-renounced_at", lead, "assumed_at")


def signal_ids(incident_id: UUID) -> list[UUID]:
    """The signals that belong to an incident, as far as the reader may see the tie."""
    ties = Link.objects.filter(kind=LinkKind.BELONGS, from_kind=RecordKind.SIGNAL, to_id=incident_id, ended_at=None)
    return list(ties.order_by("-created_at").values_list("from_id", flat=True))


def opening_of(group_id: UUID) -> GroupOpening | None:
    """That a rule opened an incident from a group, as far as the reader sees the incident."""
    return GroupOpening.objects.select_related("incident").filter(group_id=group_id).first()


def incidents_of_signals(signals: Sequence[UUID], limit: int = 10) -> list[Incident]:
    """The visible incidents that hold some of these signals, newest first."""
    ties = Link.objects.filter(
        kind=LinkKind.BELONGS, from_kind=RecordKind.SIGNAL, to_kind=RecordKind.INCIDENT, ended_at=None,
        from_id__in=list(signals),
    )  # fmt: skip
    return list(_all().filter(id__in=ties.values("to_id")).order_by("-opened_at", "-id")[:limit])


def has_case(incident_id: UUID) -> bool:
    """Whether the reader sees a case that handles the incident."""
    return Link.objects.filter(kind=LinkKind.HANDLED_IN, from_id=incident_id, ended_at=None).exists()
