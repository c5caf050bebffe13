# SPDX-License-Identifier: Apache-2.0
"""The stage of the engine that groups: what a compartment knows is read, what arrived is joined, what changed is kept.

Groups and habits are the engine's own: no ledger. Signals of people are not grouped, nor what a rule keeps quiet.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from longwatch.core.ids import uuid7
from longwatch.grouping.explaining import reasons, splits
from longwatch.grouping.habits import Habit
from longwatch.grouping.joining import Joiner
from longwatch.grouping.matching import said, spec
from longwatch.grouping.model import (
    MOST_TYING,
    Group,
    Item,
    Lessons,
    Member,
    Memory,
    Mode,
    Named,
    RuleSpec,
    keys_of,
)
from longwatch.grouping.open_groups import OpenGroups
from longwatch.intake.settling import Arrived
from longwatch.web.live import CHANNEL, payload

Connection = psycopg.Connection[Any]
# Of the engine of this process.
_OPEN = OpenGroups()
ALERT = "alert"
TOPIC = "groups"
LONGEST_TITLE = 300

RULES = """
select id, name, conditions, group_by, window_minutes, lifetime_minutes, threshold, mode from grouping_rule
 where compartment_id = %s and enabled order by position, created_at
"""
LESSONS = "select kind, entity_id from grouping_lesson where compartment_id = %s and ended_at is null"
BEGAN = "select began from grouping_watch where compartment_id = %s"
BEGIN = "insert into grouping_watch (compartment_id, began) values (%s, %s) on conflict do nothing"
HABITS = """
select key, hours, hour, count, peak, named_by from grouping_habit where compartment_id = %s and key = any(%s)
"""
KEEP_HABITS = """
insert into grouping_habit (compartment_id, key, hours, hour, count, peak, named_by)
select %s, * from unnest(%s::bytea[], %s::real[], %s::int[], %s::int[], %s::real[], %s::real[])
on conflict (compartment_id, key) do update set hours = excluded.hours, hour = excluded.hour, count = excluded.count,
  peak = excluded.peak, named_by = excluded.named_by
"""
KEEP_GROUP = """
insert into grouping_group (id, org_id, compartment_id, rule_id, key, state, title, severity, first_at, last_at,
                            signals, arrivals, why, splits, shown_at, ended_at, changed_at)
values (%(id)s, %(org)s, %(compartment)s, %(rule)s, %(key)s, %(state)s, %(title)s, %(severity)s, %(first)s, %(last)s,
        %(signals)s, %(arrivals)s, %(why)s, %(splits)s, %(shown)s, null, now())
on conflict (id) do update set title = coalesce(nullif(excluded.title, ''), grouping_group.title),
  severity = excluded.severity, first_at = excluded.first_at, last_at = excluded.last_at, signals = excluded.signals,
  arrivals = excluded.arrivals,
  why = excluded.why, splits = excluded.splits, shown_at = excluded.shown_at, changed_at = now(),
  state = case when grouping_group.state in ('forming', 'open') then excluded.state else grouping_group.state end
"""
KEEP_MEMBER = """
insert into grouping_member (id, org_id, compartment_id, group_id, signal_id, rule, entities, severity, first_at,
                             last_at, arrivals, evidence, why)
values (%(id)s, %(org)s, %(compartment)s, %(group)s, %(signal)s, %(rule)s, %(entities)s, %(severity)s, %(first)s,
        %(last)s, %(arrivals)s, %(evidence)s, %(why)s)
on conflict (group_id, signal_id) do update set severity = excluded.severity, first_at = excluded.first_at,
  last_at = excluded.last_at, arrivals = excluded.arrivals
"""
# What nobody was shown is forgotten when it ends.
FORGET = """
with gone as (delete from grouping_member where group_id = any(%(ids)s))
delete from grouping_group where id = any(%(ids)s)
"""
END = "update grouping_group set ended_at = now() where id = any(%s)"
# Of a group that opens an incident by itself, or has: there is something to do (incidents/opener.py).
DUE = """
insert into grouping_due as d (group_id, org_id, compartment_id, rule_id, notes, at, next_at, attempts, why)
values (%s, %s, %s, %s, 1, now(), now(), 0, '')
on conflict (group_id) do update set notes = d.notes + 1
"""
NOTIFY = "select pg_notify(%s, %s)"


def group_arrivals(connection: Connection, arrived: Sequence[Arrived]) -> None:
    """The stage: join what arrived with what is open in its compartment."""
    group_with(_OPEN, connection, arrived)


def group_with(known: OpenGroups, connection: Connection, arrived: Sequence[Arrived]) -> None:
    """The same with what an engine remembers of the groups."""
    compartments: dict[UUID, list[Arrived]] = {}
    for each in arrived:
        if each.kind == ALERT and each.suppression_id is None and not each.closed and not each.canary:
            compartments.setdefault(each.compartment_id, []).append(each)
    for compartment, some in sorted(compartments.items()):
        _Desk(connection, known, some[0].org_id, compartment).join(some)


class _Desk:
    """The work on one compartment, for one round."""

    def __init__(self, connection: Connection, known: OpenGroups, org_id: UUID, compartment_id: UUID) -> None:
        self._connection = connection
        self._open = known
        self._org_id = org_id
        self._compartment_id = compartment_id
        # Which groups people were shown before this round, and which signals were in which group.
        self._shown: set[UUID] = set()
        self._members: set[tuple[UUID, str]] = set()

    def join(self, arrived: Sequence[Arrived]) -> None:
        """Join them in order of time, and keep what changed."""
        items = sorted((item_of(each) for each in arrived), key=lambda item: item.at)
        titles = {each.id: each.title for each in arrived}
        rules = self._rules()
        memory = self._memory(items)
        joiner = Joiner(memory, self._groups({rule.id: rule for rule in rules}, list(titles)), rules, self._lessons())
        changed: dict[int, tuple[Group, set[UUID]]] = {}
        for item in items:
            if (group := joiner.take(item)) is not None:
                changed.setdefault(id(group), (group, set()))[1].add(UUID(str(item.signal)))
        self._keep_habits(memory)
        self._keep(list(changed.values()), titles)
        self._end(joiner.ended)
        self._open.keep(self._connection, self._compartment_id, joiner.groups)
        if changed:
            self._connection.execute(NOTIFY, [CHANNEL, payload(TOPIC, self._compartment_id)])

    def _rules(self) -> list[RuleSpec]:
        return [
            spec(
                rule_id=row["id"], name=row["name"], conditions=row["conditions"], group_by=row["group_by"],
                window=row["window_minutes"] * 60.0, lifetime=row["lifetime_minutes"] * 60.0,
                threshold=row["threshold"], mode=row["mode"],
            )
            for row in self._rows(RULES, self._compartment_id)
        ]  # fmt: skip

    def _lessons(self) -> Lessons:
        taught: dict[str, set[str]] = {"never": set(), "always": set()}
        for row in self._rows(LESSONS, self._compartment_id):
            taught[row["kind"]].add(str(row["entity_id"]))
        return Lessons(frozenset(taught["never"]), frozenset(taught["always"]))

    def _memory(self, items: Sequence[Item]) -> Memory:
        began = self._connection.execute(BEGAN, [self._compartment_id]).fetchone()
        if began is None:
            self._connection.execute(BEGIN, [self._compartment_id, _moment(items[0].at)])
        wanted = {_digest(key): key for item in items for key in keys_of(item)}
        known = {
            wanted[bytes(row["key"])]: Habit(row["hours"], row["hour"], row["count"], row["peak"], row["named_by"])
            for row in self._rows(HABITS, self._compartment_id, list(wanted))
        }
        return Memory(known, began[0].timestamp() if began else items[0].at)

    def _keep_habits(self, memory: Memory) -> None:
        rows = sorted((_digest(key), habit) for key, habit in memory.habits.items() if not habit.is_new)
        columns = zip(*((key, h.hours, h.hour, h.count, h.peak, h.named_by) for key, h in rows), strict=True)
        self._connection.execute(KEEP_HABITS, [self._compartment_id, *map(list, columns)])

    def _groups(self, rules: Mapping[UUID, RuleSpec], arrived: Sequence[UUID]) -> list[Group]:
        groups = self._open.take(self._connection, self._compartment_id, rules, arrived)
        self._shown = {each.id for each in groups if each.id is not None and each.shown_at is not None}
        # Only what arrives in this round can be in a group before it.
        here = {str(each) for each in arrived}
        self._members = {(g.id, str(each)) for g in groups if g.id is not None for each in here & g.members.keys()}
        return groups

    def _keep(self, changed: Sequence[tuple[Group, set[UUID]]], titles: Mapping[UUID, str]) -> None:
        groups, members, due = [], [], []
        for group, signals in changed:
            group.id = group.id or uuid7()
            groups.append(self._group_row(group.id, group, titles))
            members += [self._member_row(group.id, group.members[str(each)]) for each in sorted(signals)]
            if self._is_due(group, group.id, signals):
                due.append((group.id, self._org_id, self._compartment_id, group.rule and group.rule.id))
        # In one order, as everybody who waits for more than one of them.
        groups.sort(key=lambda row: row["id"])
        with self._connection.cursor() as cursor:
            for statement, rows in ((KEEP_GROUP, groups), (KEEP_MEMBER, members), (DUE, due)):
                if rows:
                    cursor.executemany(statement, rows)

    def _group_row(self, group_id: UUID, group: Group, titles: Mapping[UUID, str]) -> dict[str, Any]:
        severest = max(group.members.values(), key=lambda member: (member.severity, member.evidence))
        title = titles.get(UUID(str(severest.signal)))
        # What nobody is shown needs no words.
        why, parts = (reasons(group), splits(group)) if group.shown_at is not None else ([], [])
        return {
            "id": group_id, "org": self._org_id, "compartment": self._compartment_id,
            "rule": group.rule.id if group.rule else None, "key": group.key,
            "state": "open" if group.shown_at is not None else "forming", "title": (title or "")[:LONGEST_TITLE],
            "severity": group.severity, "first": _moment(group.first_at), "last": _moment(group.last_at),
            "signals": group.size, "arrivals": group.count, "why": Jsonb(list(map(asdict, why))),
            "splits": Jsonb(list(map(asdict, parts))),
            "shown": _moment(group.shown_at) if group.shown_at is not None else None,
        }  # fmt: skip

    def _is_due(self, group: Group, group_id: UUID, signals: Iterable[UUID]) -> bool:
        """Whether an incident is to be opened from it, or gets more from it."""
        if group.rule is None or group.rule.mode is not Mode.AUTO or group.shown_at is None:
            return False
        return group_id not in self._shown or any((group_id, str(each)) not in self._members for each in signals)

    def _member_row(self, group_id: UUID, member: Member) -> dict[str, Any]:
        entities = [{"key": each.key, "label": each.label} for each in member.entities[:MOST_TYING]]
        return {
            "id": uuid7(), "org": self._org_id, "compartment": self._compartment_id, "group": group_id,
            "signal": UUID(str(member.signal)), "rule": member.rule, "entities": Jsonb(entities),
            "severity": member.severity, "first": _moment(member.first_at), "last": _moment(member.last_at),
            "arrivals": member.count, "evidence": member.evidence, "why": member.why.value,
        }  # fmt: skip

    def _end(self, ended: Sequence[Group]) -> None:
        stored = [each for each in ended if each.id is not None]
        self._connection.execute(FORGET, {"ids": [each.id for each in stored if each.shown_at is None]})
        self._connection.execute(END, [[each.id for each in stored if each.shown_at is not None]])

    def _rows(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, parameters).fetchall()


def item_of(arrived: Arrived) -> Item:
    """What arrived, as the joining needs it; a signal without a rule is told by its title."""
    entities = tuple(Named(each["id"], f"{each['kind']} {each['value']}") for each in arrived.entities)
    rule = f"{arrived.source_id}:{arrived.rule or arrived.title}"
    row = {name: getattr(arrived, name) for name in Arrived.__slots__}
    return Item(
        str(arrived.id), max(arrived.at.timestamp(), 0.0), rule, entities[:MOST_TYING], arrived.severity,
        arrived.arrivals, said(row),
    )  # fmt: skip


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=16).digest()


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
