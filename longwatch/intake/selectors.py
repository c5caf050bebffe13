# SPDX-License-Identifier: Apache-2.0
"""Reads of signals, occurrences and sources; row security decides what there is."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from longwatch.access.models import Compartment, CompartmentKind
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.canonical import canonical
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, page_of
from longwatch.intake.listing import moment_cursor
from longwatch.intake.lookup import Lookup, Sought, look_up
from longwatch.intake.models import Occurrence, Signal, SignalKind, Source
from longwatch.ledger.writing import row_content
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def signal(signal_id: UUID) -> Signal:
    """The signal with its source; refuses one that is not there for the reader."""
    found = Signal.objects.select_related("source", "assignee").filter(id=signal_id).first()
    if found is None:
        raise NotFound
    return found


def signals_by_ids(ids: Sequence[UUID]) -> list[Signal]:
    """The visible signals among these, in the order given."""
    found = Signal.objects.select_related("source", "assignee").in_bulk(list(ids))
    return [found[each] for each in ids if each in found]


def signal_ref(signal: Signal) -> RecordRef:
    """The reference to a signal, with the hash of its content as it stands."""
    digest = hashlib.sha256(canonical(row_content(signal))).hexdigest()
    return RecordRef(
        kind=RecordKind.SIGNAL, id=signal.id, org_id=signal.org_id, compartment_id=signal.compartment_id,
        reference=signal.title, title=signal.title, closed=signal.closed_at is not None, snapshot_sha256=digest,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignalFilter(Lookup):
    """What a list of signals is narrowed to; empty means all."""

    statuses: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    source: str = ""
    age: str = ""

    @property
    def since(self) -> datetime | None:
        """When signals came at the earliest; refuses (422) an age that is none."""
        if self.age and self.age not in AGES:
            raise Invalid("The filter age is not usable.", fields={"age": f"Use: {', '.join(AGES)}."})
        return clock.now() - AGES[self.age] if self.age else None


def signals(actor: Actor, wanted: SignalFilter, *, cursor: str | None = None, limit: int = 50) -> Page[Signal]:
    """A page of the organisation's signals, newest first, as far as the actor sees them."""
    before = moment_cursor(cursor) if cursor else None
    rows = _looked_up(actor, wanted, before, limit + 1) if wanted.by_index else _listed(actor, wanted, before)
    rows = rows.select_related("source").defer("description", "report").order_by("-first_seen", "-id")
    return page_of(
        list(rows[: limit + 1]), limit, lambda each: (each.first_seen.isoformat(), str(each.id)), first=not cursor
    )


def _listed(actor: Actor, wanted: SignalFilter, before: tuple[datetime, UUID] | None) -> QuerySet[Signal]:
    conditions = {
        "status__in": wanted.statuses, "severity__in": wanted.severities, "kind__in": wanted.kinds,
        "source__slug": wanted.source, "first_seen__gte": wanted.since,
    }  # fmt: skip
    rows = Signal.objects.filter(org_id=actor.org_id, **{name: value for name, value in conditions.items() if value})
    if before:
        seen, identity = before
        rows = rows.filter(Q(first_seen__lt=seen) | Q(first_seen=seen, id__lt=identity), first_seen__lte=seen)
    return rows


def _looked_up(
    actor: Actor, wanted: SignalFilter, before: tuple[datetime, UUID] | None, limit: int
) -> QuerySet[Signal]:
    """A page of what fits; no condition is put twice, so that what changes meanwhile cannot cut the page short."""
    place = sources(actor).filter(slug=wanted.source).values_list("id", flat=True).first() if wanted.source else None
    if wanted.source and place is None:
        return Signal.objects.none()
    sought = Sought(
        words=wanted.words, place=wanted.place, entity=wanted.entity, statuses=wanted.statuses, source=place,
        severities=wanted.severities, kinds=wanted.kinds, since=wanted.since,
    )  # fmt: skip
    return Signal.objects.filter(among(look_up(sought, (0, *before) if before else None, limit)))


def among(ids: Sequence[UUID]) -> RawSQL:
    """The condition that a signal is one of these, as one parameter: hundreds would cost more than the query."""
    return RawSQL("intake_signal.id = any(%s::uuid[])", ([str(each) for each in ids],), output_field=BooleanField())


def signals_matching(text: str, limit: int) -> list[UUID]:
    """Identifiers of visible signals that hold these words, newest first."""
    return _identifiers("select intake_signals_matching(%s, %s)", text.replace("\x00", " "), limit)


def signals_with_entity(entity: UUID, limit: int) -> list[UUID]:
    """Identifiers of visible signals that name an entity, newest first."""
    return _identifiers("select intake_signals_with_entity(%s, %s)", entity, limit)


def _identifiers(statement: str, wanted: str | UUID, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted, limit])
        return [row[0] for row in cursor.fetchall()]


def occurrences(signal_id: UUID, *, cursor: str | None = None, limit: int = 20) -> Page[Occurrence]:
    """A page of a signal's arrivals without their raw bytes, newest first."""
    rows = Occurrence.objects.filter(signal_id=signal_id).defer("raw").order_by("-at", "-id")
    if cursor:
        at, identity = moment_cursor(cursor)
        # The first condition lets months after the cursor be skipped.
        rows = rows.filter(at__lte=at).extra(where=["(at, id) < (%s, %s)"], params=[at, identity])
    return page_of(
        list(rows[: limit + 1]), limit, lambda each: (each.at.isoformat(), str(each.id)), first=cursor is None
    )


def occurrence(signal_id: UUID, occurrence_id: UUID) -> Occurrence:
    """One arrival with its raw bytes; refuses one that is not there for the reader."""
    found = Occurrence.objects.filter(id=occurrence_id, signal_id=signal_id).first()
    if found is None:
        raise NotFound
    return found


def sources(actor: Actor) -> QuerySet[Source]:
    """The sources of the actor's organisation, by name."""
    return Source.objects.filter(org_id=actor.org_id).order_by("name", "id")


def source(actor: Actor, source_id: UUID) -> Source:
    """A source of the actor's organisation; refuses any other."""
    found = sources(actor).filter(id=source_id).first()
    if found is None:
        raise NotFound
    return found


def report_source(org_id: UUID, kind: SignalKind = SignalKind.REPORT) -> Source | None:
    """Where the organisation's public reports (or SOS calls) go; asked while nobody is signed in."""
    wanted = "select * from intake_report_sources(%s) where kind = %s limit 1"
    return next(iter(Source.objects.raw(wanted, [org_id, kind])), None)


def reading_compartments() -> list[tuple[UUID, str]]:
    """The compartments whose signals whoever asks reads."""
    rows = Compartment.objects.filter(kind=CompartmentKind.INTAKE)
    return list(rows.order_by("created_at").values_list("id", "name"))


def intake_compartments() -> list[tuple[UUID, str]]:
    """The compartments that signals of this organisation can go to, for those who manage sources."""
    with connection.cursor() as cursor:
        cursor.execute("select id, name from intake_compartments()")
        return list(cursor.fetchall())
