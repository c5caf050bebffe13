# SPDX-License-Identifier: Apache-2.0
"""What the inbox shows: open signals, filtered, in keyset pages; never all of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Exists,
    F,
    Field,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    UUIDField,
    Value,
)
from django.utils.dateparse import parse_datetime

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.intake.lookup import Key, Lookup, Sought, look_up
from longwatch.intake.models import Occurrence, Signal
from longwatch.intake.selectors import AGES, among, signals_matching, signals_with_entity
from longwatch.intake.triage_rules import IN_INBOX

PAGE_SIZE = 50
COUNTED_EXACTLY = 1000
# Of what has to be looked up by words, place or entity; counting on costs more than anybody learns from it.
FOUND_COUNTED = 100
CANDIDATES = 8
MOST_DUPLICATES = 20
MOST_RISEN = 10
KEY_FIELDS: "dict[str, Field[Any, Any]]" = {
    "severity": SmallIntegerField(), "first_seen": DateTimeField(), "id": UUIDField(),
}  # fmt: skip
SHOWN = ("id", "title", "severity", "status", "kind", "entities", "count", "first_seen", "last_seen", "place",
         "snoozed_until", "version", "compartment_id", "source__name", "assignee__name", "sender_changes", "cleared_at",
         "raised_at", "stirred_at", "suppression_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class InboxFilter(Lookup):
    """What somebody wants to see, as the address of the page says it."""

    show: str = "open"
    sort: str = "newest"
    source: UUID | None = None
    severity: tuple[int, ...] = ()
    kind: str = ""
    age: str = ""
    assigned: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out that the whole inbox would show."""
        return replace(self, sort="newest") != InboxFilter(show=self.show)


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are: exactly while few, else as the planner estimates, or that there are more than so many."""

    count: int
    exact: bool
    at_least: bool = False


class Before(Func):
    """A row comparison, which a keyset index can walk."""

    template = "(%(expressions)s)"
    output_field = BooleanField()
    conditional = True

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """Return `(a, b) < (x, y)`."""
        half = len(self.source_expressions) // 2
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({left}) < ({right})", [value for _, values in parts for value in values]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One reader's view of the signals; their compartments are asked once and written into each query.

    Row security filters as well. The planner, though, knows nothing of what a function will return, and a list of
    literals lets it walk the right index.
    """

    actor: Actor
    wanted: InboxFilter
    compartments: tuple[UUID, ...]
    now: datetime = field(default_factory=clock.now)
    # The first identifiers of what is looked up: the first page and the total ask for the same ones.
    _found: list[tuple[UUID, ...]] = field(default_factory=list)

    def page(self, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Signal]:
        """A page of signals, most severe or newest first."""
        before = self._key_in(cursor) if cursor else None
        return page_of(self._rows(before, limit + 1), limit, self._key_of, first=not cursor)

    def risen(self) -> list[Signal]:
        """What became more severe after somebody had judged it or put it off, the latest first: it stands above the
        first page of what is to be judged."""
        if self.wanted.show != "open" or self.wanted.by_index:
            return []
        rows = self._filtered().filter(stirred_at__isnull=False).select_related("source", "assignee").only(*SHOWN)
        return list(rows.order_by("-stirred_at", "-id")[:MOST_RISEN])

    def after(self, signal: Signal) -> Signal | None:
        """The signal that follows one, or the first of the list when it was the last."""
        following = self._rows((int(signal.severity), signal.first_seen, signal.id), 1)
        return next((each for each in following or self._rows(None, 2) if each.id != signal.id), None)

    def row(self, signal_id: UUID) -> Signal | None:
        """One row of the list."""
        return self._ordered(self._look_up(None, 1, one=signal_id)).filter(id=signal_id).first()

    def total(self) -> Total:
        """How many signals there are in all."""
        if self.wanted.by_index:
            found = len(self._first_found())
            return Total(min(found, FOUND_COUNTED), exact=found <= FOUND_COUNTED, at_least=found > FOUND_COUNTED)
        counted = self._filtered().order_by()[: COUNTED_EXACTLY + 1].values("id")
        found = counted.count()
        return Total(found, exact=True) if found <= COUNTED_EXACTLY else Total(self._estimate(), exact=False)

    def _estimate(self) -> int:
        plan = self._filtered().order_by().values("id").explain(format="json")
        return max(planned_rows(plan), COUNTED_EXACTLY)

    def _rows(self, before: Key | None, limit: int) -> list[Signal]:
        if self.wanted.by_index:
            first = before is None and limit <= FOUND_COUNTED
            found = self._first_found()[:limit] if first else self._look_up(before, limit)
            return list(self._ordered(found)) if found else []
        rows = self._ordered(None)
        return list((rows.filter(self._before(before)) if before else rows)[:limit])

    def _ordered(self, only: Sequence[UUID] | None) -> QuerySet[Signal]:
        order = [f"-{name}" for name in self._keys]
        rows = self._filtered() if only is None else self._filtered().filter(among(only))
        return rows.select_related("source", "assignee").only(*SHOWN).order_by(*order)

    def _first_found(self) -> tuple[UUID, ...]:
        if not self._found:
            self._found.append(self._look_up(None, FOUND_COUNTED + 1) or ())
        return self._found[0]

    def _look_up(self, before: Key | None, limit: int, one: UUID | None = None) -> tuple[UUID, ...] | None:
        """What fits, in order, through the safe function; None where no lookup is asked for."""
        return look_up(self._sought, before, limit, one) if self.wanted.by_index else None

    @property
    def _sought(self) -> Sought:
        wanted, (since, until) = self.wanted, self.ages
        return Sought(
            words=wanted.words, place=wanted.place, entity=wanted.entity, state=wanted.show, at=self.now,
            source=wanted.source, severities=wanted.severity, kinds=(wanted.kind,) if wanted.kind else (),
            person=self.actor.id if wanted.assigned == "me" else None, nobody=wanted.assigned == "nobody",
            since=since, until=until, severest=wanted.sort == "severe",
        )  # fmt: skip

    @property
    def _keys(self) -> tuple[str, ...]:
        return ("severity", "first_seen", "id") if self.wanted.sort == "severe" else ("first_seen", "id")

    def _key_of(self, signal: Signal) -> tuple[str | int, ...]:
        key = (signal.first_seen.isoformat(), str(signal.id))
        return (int(signal.severity), *key) if self.wanted.sort == "severe" else key

    def _key_in(self, cursor: str) -> Key:
        values = decode_cursor(cursor, len(self._keys))
        try:
            seen, signal_id = parse_datetime(str(values[-2])), UUID(str(values[-1]))
        except ValueError:
            seen, signal_id = None, None
        if seen is None or signal_id is None or any(type(value) is not int for value in values[:-2]):
            raise Invalid("The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."})
        return (int(values[0]) if values[:-2] else 0, seen, signal_id)

    def _before(self, key: Key) -> Before:
        values = key[-len(self._keys) :]
        limits = (Value(v, output_field=KEY_FIELDS[n]) for v, n in zip(values, self._keys, strict=True))
        return Before(*map(F, self._keys), *limits)

    def _filtered(self) -> QuerySet[Signal]:
        wanted = self.wanted
        rows = Signal.objects.filter(org_id=self.actor.org_id, compartment_id__in=self.compartments)
        rows = self._of_state(rows)
        if wanted.source:
            rows = rows.filter(source_id=wanted.source)
        if wanted.severity:
            rows = rows.filter(severity__in=wanted.severity)
        if wanted.kind:
            rows = rows.filter(kind=wanted.kind)
        return self._of_age(self._of_person(rows))

    def _of_state(self, rows: QuerySet[Signal]) -> QuerySet[Signal]:
        awake = Q(snoozed_until=None) | Q(snoozed_until__lte=self.now)
        if self.wanted.show == "judged":
            return rows.exclude(status__in=IN_INBOX)
        rows = rows.filter(status__in=IN_INBOX)
        if self.wanted.show == "quiet":
            return rows.exclude(suppression_id=None)
        rows = rows.filter(suppression_id=None)
        return rows.filter(snoozed_until__gt=self.now) if self.wanted.show == "snoozed" else rows.filter(awake)

    def _of_person(self, rows: QuerySet[Signal]) -> QuerySet[Signal]:
        if self.wanted.assigned == "me":
            return rows.filter(assignee_id=self.actor.id)
        return rows.filter(assignee=None) if self.wanted.assigned == "nobody" else rows

    def _of_age(self, rows: QuerySet[Signal]) -> QuerySet[Signal]:
        since, until = self.ages
        rows = rows.filter(first_seen__gte=since) if since else rows
        return rows.filter(first_seen__lt=until) if until else rows

    @property
    def ages(self) -> tuple[datetime | None, datetime | None]:
        """Since when, and until when, signals came that are asked for."""
        name, _, older = self.wanted.age.partition("-")
        if name not in AGES:
            return None, None
        border = self.now - AGES[name]
        return (None, border) if older else (border, None)


def inbox(actor: Actor, wanted: InboxFilter) -> Inbox:
    """The inbox as an actor wants to see it."""
    return Inbox(actor, wanted, visible_compartments())


def visible_compartments() -> tuple[UUID, ...]:
    """The compartments that whoever asks is inside."""
    with connection.cursor() as cursor:
        cursor.execute("select unnest(visible_compartments())")
        return tuple(row[0] for row in cursor.fetchall())


def duplicate_candidates(signal: Signal, words: str = "") -> list[Signal]:
    """Signals that one might repeat: those the words find, else those that share an entity or the rule."""
    others = Signal.objects.select_related("source").exclude(id=signal.id).filter(duplicate_of=None)
    if words.strip():
        near = others.filter(id__in=signals_matching(words, 50))
    else:
        shared = [found for entity in signal.entity_ids[:3] for found in signals_with_entity(entity, 20)]
        same_rule = (
            Q(source_id=signal.source_id, rule=signal.rule, status__in=IN_INBOX, suppression_id=None)
            if signal.rule else Q()
        )  # fmt: skip
        near = others.filter(Q(id__in=shared) | same_rule) if shared or signal.rule else others.none()
    return list(near.order_by("-first_seen", "-id")[:CANDIDATES])


def duplicates_of(signal: Signal) -> list[Signal]:
    """The newest signals marked as duplicates of this one."""
    return list(Signal.objects.filter(duplicate_of=signal).order_by("-first_seen", "-id")[:MOST_DUPLICATES])


def signal_for_page(signal_id: UUID) -> Signal:
    """A signal with what its page names; refuses one that is not there."""
    related = ("source", "assignee", "previous", "duplicate_of", "compartment")
    repeated = Exists(Signal.objects.filter(duplicate_of=OuterRef("pk")))
    found = Signal.objects.select_related(*related).annotate(repeated=repeated).filter(id=signal_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an entity was named, as far as the reader may see; `more` when that may be more than were counted."""

    signals: int
    dismissed: int
    more: bool


def entity_counts(entity_ids: Sequence[UUID]) -> dict[UUID, Seen]:
    """For each entity, how many signals name it and how many of those were dismissed; at most a hundred each."""
    with connection.cursor() as cursor:
        cursor.execute("select * from intake_entity_counts(%s::uuid[])", [list(entity_ids)])
        return {row[0]: Seen(*row[1:]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a payload, and how long it is in all."""

    raw: bytes
    size: int


def payload_heads(signal_id: UUID, arrivals: Sequence[Occurrence], length: int) -> dict[UUID, Head]:
    """The beginnings of some payloads of a signal, so that ten large ones are not read to show none."""
    moments = [each.at for each in arrivals]
    rows = Occurrence.objects.filter(
        signal_id=signal_id, id__in=[each.id for each in arrivals], at__gte=min(moments), at__lte=max(moments)
    )
    head = Func(F("raw"), Value(1), Value(length + 1), function="substr", output_field=BinaryField())
    size = Func(F("raw"), function="octet_length", output_field=IntegerField())
    return {row[0]: Head(bytes(row[1]), row[2]) for row in rows.values_list("id", head, size)}


def planned_rows(plan: str) -> int:
    """The planner's estimate out of EXPLAIN's JSON."""
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"])
