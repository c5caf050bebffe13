# SPDX-License-Identifier: Apache-2.0
"""The facts that hang on a record, read in one statement as the viewer; every list and count is bounded."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.actor import Actor
from longwatch.records.briefing_facts import Change, Insider, Looker, OpenTask, RecordFacts, Said, Tie
from longwatch.records.readable import readable_kinds

MOST_PINNED = 6
MOST_FIRST = 3
MOST_NEWEST = 5
MOST_DECISIONS = 8
MOST_CHANGES = 14
MOST_TASK_CHANGES = 5
MOST_TASKS = 6
MOST_TIES = 12
MOST_INSIDERS = 14
MOST_EXPORTS = 5
MOST_LOOKERS = 14
EXPORTED = "briefing.exported"
TASK_ACTIONS = ("task.finished", "task.waived")

# A corrected line gives way to the line that corrects it: the probe by index stays cheap in a long timeline.
KEY_LINES = """select t.id, t.kind, t.text, t.occurred_at, t.recorded_at, t.author_label as author, t.pinned
      from records_timeline_entry t
     where t.record_id = %(record)s and (t.pinned or t.kind <> 'note')
       and (select c.id from records_timeline_entry c where c.corrects_id = t.id limit 1) is null"""
SAID = "(t.pinned or t.kind in ('event', 'update'))"
CHANGE = """select m.id, m.action, m.at, m.subject_id, d.fields - 'row' as fields
      from made m join ledger_detail d on d.entry_id = m.id"""

FACTS = f"""
with made as materialized (
  select e.id, e.action, e.at, e.subject_id, e.actor_id from ledger_entry e
   where e.record_id = %(record)s and e.action = any(%(actions)s)),
pinned as ({KEY_LINES} and t.pinned order by t.occurred_at desc, t.id desc limit {MOST_PINNED}),
first as ({KEY_LINES} and {SAID} order by t.occurred_at, t.id limit {MOST_FIRST}),
newest as ({KEY_LINES} and {SAID} order by t.occurred_at desc, t.id desc limit {MOST_NEWEST}),
said as (select * from pinned union select * from first union select * from newest),
decisions as ({KEY_LINES} and t.kind = 'decision' order by t.occurred_at desc, t.id desc limit {MOST_DECISIONS}),
changes as ({CHANGE} where m.action = any(%(key)s) order by m.at desc limit {MOST_CHANGES}),
task_changes as ({CHANGE} where m.action = any(%(task)s) order by m.at desc limit {MOST_TASK_CHANGES}),
exports as (
  select m.id, m.action, m.at, m.subject_id,
         d.fields - 'row' || jsonb_build_object('times', jsonb_build_object('value', m.times)) as fields
    from (select distinct on (actor_id) *, count(*) over (partition by actor_id) as times from made
           where action = '{EXPORTED}' order by actor_id, at) m
    join ledger_detail d on d.entry_id = m.id
   order by m.at desc limit {MOST_EXPORTS}),
open_tasks as (
  select k.title, coalesce(a.name, '') as owner, k.due_at, k.created_at, k.version
    from records_task k left join access_account a on a.id = k.owner_id
   where k.record_id = %(record)s and k.status = 'open'
   order by k.due_at nulls last, k.created_at limit {MOST_TASKS}),
ties as (
  select l.kind, l.from_id = %(record)s as outgoing,
         case when l.from_id = %(record)s then l.to_kind else l.from_kind end as other_kind,
         case when l.from_id = %(record)s then l.to_id else l.from_id end as other_id,
         case when l.from_id = %(record)s then d.fields->'to_reference'->>'value'
              else d.fields->'from_reference'->>'value' end as other_name,
         l.reason, l.created_at as since
    from records_link l left join ledger_detail d on d.entry_id = l.version
   where (l.from_id = %(record)s or l.to_id = %(record)s) and l.ended_at is null and l.from_kind <> 'signal'
     and case when l.from_id = %(record)s then l.to_kind else l.from_kind end = any(%(kinds)s)
   order by l.created_at limit 1001),
insiders as (
  select a.name, m.granted_at as since, m.ended_at as until, coalesce(g.name, '') as let_in_by, m.reason
    from access_membership m join access_account a on a.id = m.account_id
    left join access_account g on g.id = m.granted_by_id
   where m.compartment_id = %(compartment)s order by m.granted_at, m.id limit 1001),
lookers as (
  select s.account_label as name, min(s.at) as since, max(s.at) as last, count(*) as times,
         bool_or(s.by_glass) as by_glass, s.how = 'notified' as told
    from (select * from access_sight where record_id = %(record)s order by at limit 2000) s
   group by s.account_id, s.account_label, s.how = 'notified' order by min(s.at) limit {MOST_LOOKERS}),
counted as (
  select (select count(*) from ({KEY_LINES} and {SAID} limit 1001) c) as said_total,
         (select count(*) from (select 1 from records_timeline_entry
                                 where record_id = %(record)s and kind = 'note' limit 1001) c) as notes_total,
         (select count(*) from (select 1 from records_timeline_entry where record_id = %(record)s limit 51) c)
           + (select count(*) from (select 1 from ledger_entry where record_id = %(record)s limit 120) c) as lines,
         (select min(id) from ledger_entry where subject_id = %(record)s) as opened_entry,
         (select least(count(*), 1001) from made where action = any(%(key)s)) as changes_total,
         (select least(count(*), 1001) from made where action = any(%(task)s)) as task_changes_total,
         (select count(*) from (select 1 from records_task
                                 where record_id = %(record)s and status = 'open' limit 1001) c) as tasks_total,
         (select count(*) from ties) as ties_total,
         (select count(*) from insiders) as insiders_total,
         (select count(*) from (select 1 from records_link where to_id = %(record)s and from_kind = 'signal'
                                   and kind = 'belongs' and ended_at is null and 'signal' = any(%(kinds)s)
                                 limit 1001) c) as signals_total)
select jsonb_build_object(
  'counted', (select to_jsonb(counted) from counted),
  'said', (select jsonb_agg(s order by s.occurred_at, s.id) from said s),
  'decisions', (select jsonb_agg(s order by s.occurred_at, s.id) from decisions s),
  'changes', (select jsonb_agg(s order by s.at, s.id) from changes s),
  'task_changes', (select jsonb_agg(s order by s.at, s.id) from task_changes s),
  'exports', (select jsonb_agg(s order by s.at, s.id) from exports s),
  'tasks', (select jsonb_agg(s order by s.due_at nulls last, s.created_at) from open_tasks s),
  'ties', (select jsonb_agg(s) from (select * from ties limit {MOST_TIES}) s),
  'lookers', (select jsonb_agg(s order by s.since) from lookers s),
  'insiders', (select jsonb_agg(s) from (select * from insiders limit {MOST_INSIDERS}) s))
"""  # noqa: S608 - nothing but the constants above goes into the text

# What a record was called when it was opened, for those that the reader's package cannot import.
OPENED_AS = """
select e.subject_id, d.fields->'reference'->>'value', d.fields->'title'->>'value', e.at
  from ledger_entry e join ledger_detail d on d.entry_id = e.id
 where e.subject_id = any(%(ids)s) and e.action = any(%(opened)s)
"""


def record_facts(record_id: UUID, compartment_id: UUID, actions: Sequence[str], *, by: Actor) -> RecordFacts:
    """Everything that hangs on the record itself; `actions` are the changes that count as something done.

    Other records are told of as far as the actor's permissions open their kind.
    """
    parameters: dict[str, Any] = {
        "record": record_id, "compartment": compartment_id, "key": list(actions), "task": list(TASK_ACTIONS),
        "actions": [*actions, *TASK_ACTIONS, EXPORTED], "kinds": readable_kinds(by),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FACTS, parameters)
        found = cursor.fetchone()[0]
    return _facts(json.loads(found) if isinstance(found, str) else found)


def opened_as(ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str, datetime]]:
    """Reference, title and time of opening of incidents and cases that the viewer may know of."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(OPENED_AS, {"ids": list(ids), "opened": ["incident.opened", "case.opened"]})
        return {row[0]: (row[1] or "", row[2] or "", row[3]) for row in cursor.fetchall()}


def _facts(found: Mapping[str, Any]) -> RecordFacts:
    def rows(name: str) -> Sequence[dict[str, Any]]:
        return found[name] or []

    return RecordFacts(
        said=[_said(row) for row in rows("said")],
        decisions=[_said(row) for row in rows("decisions")],
        changes=[_change(row) for row in rows("changes")],
        task_changes=[_change(row) for row in rows("task_changes")],
        exports=[_change(row) for row in rows("exports")],
        tasks=[_task(row) for row in rows("tasks")],
        ties=[_tie(row) for row in rows("ties")],
        insiders=[_insider(row) for row in rows("insiders")],
        lookers=[_looker(row) for row in rows("lookers")],
        **found["counted"],
    )


def _said(row: dict[str, Any]) -> Said:
    times = {name: _moment(row[name]) for name in ("occurred_at", "recorded_at")}
    return Said(**{**row, **times, "id": UUID(row["id"])})


def _change(row: dict[str, Any]) -> Change:
    values = {name: opening.get("value") for name, opening in row["fields"].items()}
    actor = str(values.pop("actor", "") or "")
    return Change(
        id=row["id"], action=row["action"], at=_moment(row["at"]), actor=actor,
        subject_id=UUID(row["subject_id"]), fields=values,
    )  # fmt: skip


def _task(row: dict[str, Any]) -> OpenTask:
    due = _moment(row["due_at"]) if row["due_at"] else None
    return OpenTask(**{**row, "due_at": due, "created_at": _moment(row["created_at"])})


def _tie(row: dict[str, Any]) -> Tie:
    changed = {"other_id": UUID(row["other_id"]), "other_name": row["other_name"] or "", "since": _moment(row["since"])}
    return Tie(**{**row, **changed})


def _insider(row: dict[str, Any]) -> Insider:
    until = _moment(row["until"]) if row["until"] else None
    return Insider(**{**row, "since": _moment(row["since"]), "until": until})


def _looker(row: dict[str, Any]) -> Looker:
    return Looker(**{**row, "since": _moment(row["since"]), "last": _moment(row["last"])})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
