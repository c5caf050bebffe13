# SPDX-License-Identifier: Apache-2.0
"""Reads about timelines, tasks and links; row security does the filtering."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.records.models import Link, Task, TimelineEntry
from longwatch.records.readable import READING, readable_kinds


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: an entry that somebody wrote, or a change that the ledger holds."""

    id: str
    kind: str
    action: str
    occurred_at: datetime
    recorded_at: datetime
    author: str
    text: str
    fields: Mapping[str, Any]
    pinned: bool
    corrects_id: UUID | None
    corrected: bool
    version: int
    # Of a line inside an inner section: which sort, and what it is called.
    section: str = ""
    section_name: str = ""

    @property
    def late(self) -> bool:
        """Whether it was recorded more than an hour after it happened."""
        return (self.recorded_at - self.occurred_at).total_seconds() > 3600


# One statement for both halves, each walking its own index and stopping at the page's end.
TIMELINE = """
select lines.*, coalesce(c.section, ''), coalesce(c.name, '') from (
select * from (
  (select t.id::text as id, t.kind, '' as action, t.occurred_at, t.recorded_at, t.author_label as author, t.text,
          '{{}}'::jsonb as fields, t.pinned, t.corrects_id,
          exists (select 1 from records_timeline_entry c where c.corrects_id = t.id) as corrected, t.version,
          t.compartment_id
     from records_timeline_entry t
    where t.record_id = %(record)s and {kind_filter} {only_entries} {before_entries}
    order by t.{order} desc, t.id desc limit %(limit)s)
  union all
  (select e.id::text, 'change', e.action, e.at, e.at, coalesce(d.fields->'actor'->>'value', ''), '',
          coalesce(d.fields, '{{}}'), false, null::uuid, false, e.id, e.compartment_id
     from ledger_entry e left join ledger_detail d on d.entry_id = e.id
    where e.record_id = %(record)s and %(changes)s and e.action not like 'timeline.%%' {readable} {only_changes}
          {before_changes}
    order by e.at desc, e.id::text desc limit %(limit)s)
) both_halves order by {order} desc, id desc limit %(limit)s
) lines left join access_compartment c on c.id = lines.compartment_id and c.section not in ('', 'core')
order by lines.{order} desc, lines.id desc
"""


def timeline(
    record_id: UUID, *, by: Actor, order: str = "occurred_at", kinds: Sequence[str] = (), cursor: str | None = None,
    limit: int = 50, only: UUID | None = None,
) -> Page[Line]:  # fmt: skip
    """A page of a record's timeline, newest first: entries and changes in one order of time; `only` of one section.

    A change that names what the reader's permissions do not open (a linked signal, a file) is left out.
    """
    before = moment_cursor(cursor) if cursor else None
    sort = "recorded_at" if order == "recorded_at" else "occurred_at"
    statement = TIMELINE.format(
        order=sort,
        kind_filter="t.kind = any(%(kinds)s)" if kinds else "true",
        only_entries="and t.compartment_id = %(only)s" if only else "",
        only_changes="and e.compartment_id = %(only)s" if only else "",
        before_entries=f"and (t.{sort}, t.id::text) < (%(before)s, %(before_id)s)" if before else "",
        readable=_readable_changes(by),
        before_changes="and (e.at, e.id::text) < (%(before)s, %(before_id)s)" if before else "",
    )
    parameters: dict[str, Any] = {
        "record": record_id, "limit": limit + 1, "kinds": list(kinds), "changes": not kinds or "change" in kinds,
        "readable_kinds": readable_kinds(by), "only": only,
        "before": before[0] if before else None, "before_id": before[1] if before else None,
    }  # fmt: skip
    with connection.cursor() as db:
        db.execute(statement, parameters)
        lines = [_line(row) for row in db.fetchall()]
    return page_of(lines, limit, lambda line: (getattr(line, sort).isoformat(), line.id), first=cursor is None)


def _readable_changes(by: Actor) -> str:
    conditions = []
    if len(readable_kinds(by)) < len(READING):
        ends = (f"d.fields->'{end}'->>'value' = any(%(readable_kinds)s)" for end in ("from_kind", "to_kind"))
        conditions.append(f"and (e.action not like 'link.%%' or {' and '.join(ends)})")
    if not by.may(Permission.EVIDENCE_READ):
        conditions.append("and e.action not like 'evidence.%%'")
    return " ".join(conditions)


def _line(row: Sequence[Any]) -> Line:
    values = {name: opening.get("value") for name, opening in _decoded(row[7]).items()}
    return Line(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], values, row[8], row[9], row[10], row[11], row[13],
        row[14],
    )  # fmt: skip


def _decoded(fields: Any) -> Mapping[str, Any]:
    # Django leaves jsonb of its own cursors as text.
    decoded = json.loads(fields) if isinstance(fields, str) else fields
    return decoded if isinstance(decoded, dict) else {}


def moment_cursor(cursor: str) -> tuple[str, str]:
    """The time and the identifier inside a cursor of a list ordered by time; refuses (422) what is not one."""
    moment, last = (str(value) for value in decode_cursor(cursor, 2))
    try:
        datetime.fromisoformat(moment)
    except ValueError as error:
        sentence = "Use the cursor of the last answer."
        raise Invalid("The cursor is not one of ours.", fields={"cursor": sentence}) from error
    return moment, last


def entry(record_id: UUID, entry_id: UUID) -> TimelineEntry:
    """One entry of a record; refuses (404) any other."""
    found = TimelineEntry.objects.filter(id=entry_id, record_id=record_id).first()
    if found is None:
        raise NotFound
    return found


def pinned_and(
    record_id: UUID, ids: Sequence[UUID], *, with_pinned: bool = True, only: UUID | None = None
) -> QuerySet[TimelineEntry]:
    """The entries with these identifiers, and the pinned ones that nothing newer corrects, in one query."""
    wanted = Q(id__in=ids) | (Q(pinned=True, corrections=None) if with_pinned else Q())
    found = TimelineEntry.objects.filter(wanted, record_id=record_id).select_related("compartment")
    if only is not None:
        found = found.filter(compartment_id=only)
    return found.order_by("-occurred_at").distinct()


def tasks(record_id: UUID) -> QuerySet[Task]:
    """The tasks of a record with their owners: open ones first, then by due time."""
    by_need = (F("finished_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), F("created_at").asc())
    return Task.objects.filter(record_id=record_id).select_related("owner", "compartment").order_by(*by_need)


def open_tasks(record_id: UUID) -> QuerySet[Task]:
    """The tasks that are neither done nor waived."""
    return Task.objects.filter(record_id=record_id, status="open")


def links_of(record_id: UUID) -> QuerySet[Link]:
    """The open ties of a record, either way, newest first."""
    return Link.objects.filter(Q(from_id=record_id) | Q(to_id=record_id), ended_at=None).order_by("-created_at")


def readable_links(record_id: UUID, actor: Actor) -> QuerySet[Link]:
    """Those of the open ties whose other end is of a kind that the actor may read."""
    kinds = readable_kinds(actor)
    ends = Q(from_id=record_id, to_kind__in=kinds) | Q(to_id=record_id, from_kind__in=kinds)
    return links_of(record_id).filter(ends)
