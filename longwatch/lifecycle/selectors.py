# SPDX-License-Identifier: Apache-2.0
"""Reads about holds, retention and disposals; row security and the database's own functions do the filtering."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Compartment, Section
from longwatch.core import clock
from longwatch.core.errors import NotFound, TooMany
from longwatch.core.ids import uuid7
from longwatch.core.paging import Page
from longwatch.lifecycle import rules
from longwatch.lifecycle.listing import newest_first
from longwatch.lifecycle.models import Disposal, DisposalStatus, Hold, Outcome, RetentionRule
from longwatch.lifecycle.retention import RetentionClass, class_of, classes
from longwatch.records.final import OBJECTIONS

MOST_DUE, PAGE = 200, 50
# One batch of signals is erased in one go.
MOST_SIGNALS = 2000
GOING = (DisposalStatus.APPROVED, DisposalStatus.RUNNING, DisposalStatus.DONE)
PLACES: dict[str, "str | Promise"] = {
    "records_timeline_entry": _("Timeline entries"), "records_task": _("Tasks"), "records_link": _("Reasons of links"),
    "entities_mention": _("People and things named"), "evidence_exhibit": _("Names and notes of exhibits"),
    "evidence_key": _("Keys of files: the files themselves"), "cases_finding": _("Allegations and findings"),
    "cases_decision": _("Decisions"), "cases_closure_refusal": _("Closures sent back"),
    "cases_publication": _("Publications"), "cases_direction": _("Directions of counsel"),
    "cases_privilege_note": _("Lines of the privilege log"), "cases_witness_key": _("Witnesses"),
    "incidents_notice": _("Notices"), "intake_message": _("Messages with reporters"),
    "intake_identity": _("Identities of reporters"), "intake_disclosure": _("Requests for an identity"),
    "intake_signal": _("Signals, as they arrived"), "incidents_incident": _("The incident's title and texts"),
    "cases_case": _("The case's title and texts"), "exchange_decision": _("Reasons for what exports left out"),
    "exchange_export": _("Purposes of exports"), "lifecycle_finding": _("What data subjects got to read"),
    "entities_identity": _("Who was said to be the same"), "entities_marking": _("Markings of people and things"),
    "enrichment_analysis": _("What analyzers were asked and answered"), "intake_delivery": _("Bodies as they came in"),
    "grouping_verdict": _("Notes about groups"), "intake_mapping": _("Mappings, with their samples"),
    "enrichment_item": _("Assets and identities"), "enrichment_watchlist": _("Watch-lists"),
    "enrichment_watch_entry": _("Entries of watch-lists"), "grouping_rule": _("Grouping rules"),
    "grouping_lesson": _("What grouping was taught"), "intake_suppression": _("Quiet rules"),
    "cases_criterion": _("Criteria for incidents and cases"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A closed record whose time is over; the reference only for who may see the record."""

    kind: str
    id: UUID
    reference: str
    retention: RetentionClass
    closed_at: datetime
    due_on: date
    held: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a privacy officer learns of a record they are not inside."""

    kind: str
    compartment_id: UUID
    reference: str
    sort: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignalsDue:
    """How many lone signals are due in a place; its name only for who is inside it."""

    compartment_id: UUID
    name: str
    amount: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class PersonPlace:
    """A row that names a person who is to go."""

    place: "str | Promise"
    row_id: UUID
    before: str
    after: str


def holds(*, released: bool = False) -> QuerySet[Hold]:
    """The holds that the caller may know of, the newest first."""
    found = Hold.objects.select_related("placed_by", "released_by").order_by("-placed_at", "-id")
    return found.filter(released_at__isnull=not released)


def holds_page(*, released: bool = False, cursor: str | None = None, limit: int = PAGE) -> Page[Hold]:
    """A page of those."""
    return newest_first(holds(released=released), "placed_at", cursor, limit)


def holds_of(record_id: UUID) -> QuerySet[Hold]:
    """The open holds on one record itself."""
    return holds().filter(record_id=record_id)


def hold(hold_id: UUID) -> Hold:
    """One hold; refuses (404) one that the caller may not know of."""
    found = Hold.objects.filter(id=hold_id).first()
    if found is None:
        raise NotFound
    return found


def is_held(record_id: UUID) -> bool:
    """Whether any hold covers a record, also one that the caller may not know of."""
    return bool(_one("select lifecycle_held(%s)", [record_id]))


def retention(org_id: UUID) -> tuple[RetentionClass, ...]:
    """The retention classes of an organisation."""
    changed = RetentionRule.objects.filter(org_id=org_id).values_list("code", "years", "days", "outcome")
    return classes({code: (years, days, outcome) for code, years, days, outcome in changed})


def due(org_id: UUID, *, ahead: timedelta = timedelta(0), most: int = MOST_DUE) -> list[Due]:
    """Closed records whose time is over, or will be before long; the longest overdue first, no more than that many."""
    known = retention(org_id)
    day = (clock.now() + ahead).date()
    # Each class once for each beginning of a sort; without a moment nothing is due, and no later class takes it.
    limits = [
        (each.kind, sort, None if each.outcome == Outcome.KEEP else _end(each.last_due(day)))
        for each in known
        for sort in each.sorts or ("",)
    ]
    columns = [list(column) for column in zip(*limits, strict=True)]
    statement = "select * from lifecycle_closed(%s::text[], %s::text[], %s::timestamptz[], %s)"
    found = []
    for kind, record_id, reference, sort, closed_at, held in _rows(statement, [*columns, most]):
        fitting = class_of(known, kind, sort)
        if fitting:
            found.append(Due(kind, record_id, reference, fitting, closed_at, fitting.due_on(closed_at), held))
    return sorted(found, key=lambda each: (each.due_on, each.id))


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def subject(record_id: UUID) -> Subject:
    """A record as a privacy officer learns of it; refuses (404) what is not theirs to know."""
    with connection.cursor() as cursor:
        cursor.execute("select * from lifecycle_subject(%s)", [record_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return Subject(*row)


def preview(record_id: UUID) -> list[tuple["str | Promise", int]]:
    """What would go, in numbers: of what the caller may see, or of all for privacy officers."""
    rows = _rows("select place, amount from lifecycle_preview(%s)", [record_id])
    return [(PLACES.get(place, place), amount) for place, amount in rows]


def disposals(*statuses: DisposalStatus) -> QuerySet[Disposal]:
    """Disposals in some states, the newest first."""
    found = Disposal.objects.select_related("proposed_by", "decided_by", "taken_up_by").order_by("-proposed_at", "-id")
    return found.filter(status__in=statuses) if statuses else found


def disposals_page(*statuses: DisposalStatus, cursor: str | None = None, limit: int = PAGE) -> Page[Disposal]:
    """A page of those."""
    return newest_first(disposals(*statuses), "proposed_at", cursor, limit)


def standing_still(ids: Iterable[UUID]) -> set[UUID]:
    """Which of some disposals wait for another privacy officer, as whoever was to carry them out cannot."""
    return {row[0] for row in _rows("select * from lifecycle_standing_still(%s::uuid[])", [list(ids)])}


def carrier_of(disposal_id: UUID) -> UUID | None:
    """Who carries a disposal out: whoever took it up, else whoever proposed it; for the job, which acts for them."""
    found: UUID | None = _rows("select lifecycle_carrier(%s)", [disposal_id])[0][0]
    return found


def disposal(disposal_id: UUID) -> Disposal:
    """One disposal; refuses (404) one of a record that the caller may not know of."""
    found = disposals().filter(id=disposal_id).first()
    if found is None:
        raise NotFound
    return found


def disposal_of(record_id: UUID) -> Disposal | None:
    """The newest disposal of a record."""
    return whole(disposals()).filter(record_id=record_id).first()


def persons_of(record_id: UUID) -> QuerySet[Disposal]:
    """The erasures of single persons from a record, the newest first."""
    return disposals().filter(record_id=record_id, outcome=Outcome.PERSON)


def whole(found: QuerySet[Disposal]) -> QuerySet[Disposal]:
    """Those by which a record goes as a whole."""
    return found.exclude(outcome=Outcome.PERSON)


def signals_due(fitting: RetentionClass) -> list[SignalsDue]:
    """Where dismissed signals are due that never joined a record; for privacy officers."""
    return [SignalsDue(*row) for row in _rows("select * from lifecycle_signals_due(%s, %s)", _limits(fitting))]


def signals_to_go(compartment_id: UUID, fitting: RetentionClass) -> list[UUID]:
    """Which those are of one place, the oldest first."""
    if fitting.outcome == Outcome.KEEP:
        return []
    rows = _rows("select lifecycle_signals_to_go(%s, %s, %s)", [compartment_id, *_limits(fitting)])
    return list(rows[0][0] or [])


def signals_preview(ids: Sequence[UUID]) -> list[tuple["str | Promise", int]]:
    """What would go with signals, in numbers."""
    rows = _rows("select place, amount from lifecycle_signals_preview(%s::uuid[])", [list(ids)])
    return [(PLACES.get(place, place), amount) for place, amount in rows]


def names_person(record_id: UUID, words: Sequence[str]) -> bool:
    """Whether a record names a person; for privacy officers, and never from sections that they are not inside of.

    Counted, and refused (429) who asks too often.
    """
    ((allowed, named),) = _rows("select * from lifecycle_seek_person(%s, %s, %s)", [record_id, list(words), uuid7()])
    if not allowed:
        sentence = "You have searched records for persons too often: up to 20 times an hour and 60 a day. Wait a while."
        raise TooMany(sentence, retry_after=3600)
    return bool(named)


def sections_inside(record_id: UUID) -> list[UUID]:
    """The sections inside a record that the asker is inside of, besides its core."""
    found = Compartment.objects.filter(record_id=record_id).exclude(section__in=["", Section.CORE])
    return list(found.order_by("id").values_list("id", flat=True))


def person_places(row: Disposal) -> list[PersonPlace]:
    """Each row that names the person, as it is and as it would be; as far as the reader may read them."""
    rows = _rows("select * from lifecycle_person_places(%s)", [row.id])
    return [PersonPlace(PLACES.get(place, place), *rest) for place, *rest in rows]


def _limits(fitting: RetentionClass) -> list[Any]:
    return [clock.now() - timedelta(days=fitting.days), MOST_SIGNALS]


def refuse_reopening(record_id: UUID) -> None:
    """Refuses (409) to open a record again whose content was let go."""
    rules.refuse_erasing(whole(disposals(*GOING)).filter(record_id=record_id).exists())


OBJECTIONS.append(refuse_reopening)


def places() -> Sequence[tuple[int, str]]:
    """The steps of a disposal."""
    return [(step, place) for step, place in _rows("select step, place from lifecycle_places() order by step", [])]


def openings(disposal_id: UUID) -> list[int]:
    """The older entries whose openings a disposal is to erase."""
    return [row[0] for row in _rows("select * from lifecycle_openings(%s)", [disposal_id])]


def destroyed_hashes(disposal_id: UUID) -> list[str]:
    """Hashes of the files that a disposal destroyed."""
    return [row[0] for row in _rows("select * from lifecycle_destroyed(%s)", [disposal_id])]


def recalled(disposal_id: UUID) -> list[str]:
    """The bundles that may hold what a disposal lets go."""
    return [str(row[0]) for row in _rows("select * from lifecycle_recalled(%s)", [disposal_id])]


def _one(statement: str, values: Sequence[UUID]) -> object:
    rows = _rows(statement, values)
    return rows[0][0] if rows else None


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
