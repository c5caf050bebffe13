# SPDX-License-Identifier: Apache-2.0
"""How sources are doing: when they were heard, how far behind they are, how much comes, what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, page_of
from longwatch.intake.delivery_models import Delivery, DeliveryState
from longwatch.intake.listing import moment_cursor
from longwatch.intake.models import Source

# More than so many are not counted.
MOST_COUNTED = 1_000
MOST_LISTED = 50
HOURS = 24


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a source without reading what it sent."""

    last_at: datetime | None = None
    failed: int = 0
    # The usual time between what happened and its arrival; None when its signals do not say when they happened.
    lag: timedelta | None = None

    @property
    def failed_words(self) -> str:
        """The number of bodies that could not be read, as far as they are counted."""
        return f"{MOST_COUNTED}+" if self.failed > MOST_COUNTED else str(self.failed)


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and how it is doing."""

    source: Source
    health: Health
    # How long it has been silent beyond what is expected of it; None when it is not.
    silent: timedelta | None
    # Whether the reader may have its figures.
    known: bool = True


def silence(source: Source, last_at: datetime | None, now: datetime) -> timedelta | None:
    """How long a source has been silent, when that is longer than expected; one that was never heard, since it is."""
    if source.heartbeat_seconds is None or not source.enabled:
        return None
    since = now - (last_at or source.created_at)
    return since if since > timedelta(seconds=source.heartbeat_seconds) else None


def healths() -> Mapping[UUID, Health]:
    """The health of each source of the organisation; nothing for whoever does not manage sources."""
    with connection.cursor() as cursor:
        cursor.execute("select source_id, last_at, failed, lag_seconds from intake_source_health()")
        return {
            source: Health(last_at, failed, None if lag is None else timedelta(seconds=max(lag, 0)))
            for source, last_at, failed, lag in cursor.fetchall()
        }


def standing(source: Source, known: Mapping[UUID, Health], now: datetime) -> Standing:
    """A source with its health."""
    health = known.get(source.id)
    if health is None:
        return Standing(source, Health(), None, known=False)
    return Standing(source, health, silence(source, health.last_at, now))


@dataclass(frozen=True, slots=True)
class Hour:
    """How many signals came in one hour; `share` is of a hundred, of the fullest hour."""

    at: datetime
    arrivals: int
    share: int


def volume(source_id: UUID, now: datetime) -> list[Hour]:
    """The arrivals of the last day by hour, with the empty hours."""
    with connection.cursor() as cursor:
        cursor.execute("select hour, arrivals from intake_source_volume(%s)", [source_id])
        counted = dict(cursor.fetchall())
    last = now.replace(minute=0, second=0, microsecond=0)
    most = max(counted.values(), default=0) or 1
    hours = [last - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    return [Hour(hour, counted.get(hour, 0), round(100 * counted.get(hour, 0) / most)) for hour in hours]


def count_volume() -> int:
    """Count what came since the last time, as the worker does; returns how many minutes of sources were written."""
    return _number("select intake_count_volume()")


def note_heard() -> int:
    """Note when sources were heard, as the worker does, so that nobody looks through all that came; how many were."""
    return _number("select intake_note_heard()")


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def failed(actor: Actor, source_id: UUID) -> QuerySet[Delivery]:
    """The bodies of a source that could not be read, newest first, without their bytes, as far as the actor sees."""
    rows = Delivery.objects.filter(org_id=actor.org_id, source_id=source_id, state=DeliveryState.FAILED)
    return rows.defer("raw").order_by("-at", "-id")


def deliveries(
    actor: Actor, source_id: UUID, *, state: str = DeliveryState.FAILED, cursor: str | None = None, limit: int = 50
) -> Page[Delivery]:
    """A page of the bodies of a source that were kept, newest first; `all` for whatever became of them."""
    rows = Delivery.objects.filter(org_id=actor.org_id, source_id=source_id).defer("raw").order_by("-at", "-id")
    if state != "all":
        if state not in DeliveryState.values:
            sentence = f"Use one of: {', '.join(DeliveryState.values)}, all."
            raise Invalid(sentence, fields={"state": sentence})
        rows = rows.filter(state=state)
    if cursor:
        at, identity = moment_cursor(cursor)
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=identity))
    return page_of(
        list(rows[: limit + 1]), limit, lambda each: (each.at.isoformat(), str(each.id)), first=cursor is None
    )


def delivery(actor: Actor, source_id: UUID, delivery_id: UUID) -> Delivery:
    """One body with its bytes; refuses what is not there for the reader."""
    found = Delivery.objects.filter(org_id=actor.org_id, source_id=source_id, id=delivery_id).first()
    if found is None:
        raise NotFound
    return found
