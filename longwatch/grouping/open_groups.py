# SPDX-License-Identifier: Apache-2.0
"""The groups that take signals still, as the engine reads them; what nobody changed since its last round is in memory.

A group is the one in memory as long as its row was written by nobody since (`xmin`, PostgreSQL 5.4): whatever people
decide, and erasure, changes the row. A round that fails leaves nothing in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from longwatch.grouping.model import Group, Member, Named, RuleSpec, Why

Connection = psycopg.Connection[Any]
# Of a large group, so many of the newest members are read and kept in memory, and of all groups together so many.
MOST_LOADED = 300
MOST_REMEMBERED = 20_000

# Locked, so that whoever judges one meanwhile waits, or is waited for.
GROUPS = """
select id, key, rule_id, first_at, last_at, shown_at, state, signals, arrivals, severity, xmin::text as stamp
  from grouping_group where compartment_id = %s and ended_at is null order by id for update
"""
STAMPS = "select id, xmin::text as stamp from grouping_group where id = any(%s)"
MEMBERS = """
select m.* from unnest(%s::uuid[]) as g (id) cross join lateral (
  select id as place, group_id, signal_id, rule, entities, severity, first_at, last_at, arrivals, evidence, why
    from grouping_member where group_id = g.id order by id desc limit %s) m order by m.place
"""
# Those that arrive again, but are not among the newest.
AGAIN = """
select group_id, signal_id, rule, entities, severity, first_at, last_at, arrivals, evidence, why
  from grouping_member where group_id = any(%s) and signal_id = any(%s)
"""


class OpenGroups:
    """What is in memory between rounds; of one engine, in one thread."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        # Of each compartment, those worked on last at the end: groups with the stamps of their rows.
        self._known: dict[UUID, dict[UUID, tuple[str, Group]]] = {}

    def take(
        self, connection: Connection, compartment_id: UUID, rules: Mapping[UUID, RuleSpec], arrived: Sequence[UUID]
    ) -> list[Group]:
        """All that take signals still, with the members at hand; groups of a rule that was switched off take no more.

        They are forgotten until `keep`, so that a round that fails begins with what is stored.
        """
        known = self._known.pop(compartment_id, {})
        taking = {None, *rules}
        rows = [row for row in _rows(connection, GROUPS, compartment_id) if row["rule_id"] in taking]
        groups: dict[UUID, Group] = {}
        for row in rows:
            stamp, remembered = known.get(row["id"], ("", None))
            group = remembered if remembered is not None and stamp == row["stamp"] else _group(row)
            group.rule = rules.get(row["rule_id"])
            groups[row["id"]] = group
        unread = [row for row in rows if not groups[row["id"]].members]
        _read_members(connection, groups, unread)
        _read_again(connection, groups, arrived)
        return list(groups.values())

    def keep(self, connection: Connection, compartment_id: UUID, groups: Iterable[Group]) -> None:
        """Remember groups as they are stored now."""
        stored = {each.id: each for each in groups if each.id is not None}
        stamps = {row["id"]: row["stamp"] for row in _rows(connection, STAMPS, list(stored))}
        for group in stored.values():
            _shorten(group)
        self._known[compartment_id] = {each: (stamps[each], group) for each, group in stored.items() if each in stamps}
        self._forget()

    def _forget(self) -> None:
        """What was not worked on for longest goes, when there is too much."""
        sizes = {
            each: sum(len(group.members) for _stamp, group in known.values()) for each, known in self._known.items()
        }
        for compartment in list(islice(self._known, len(self._known) - 1)):
            if sum(sizes.values()) <= self._most:
                return
            del self._known[compartment], sizes[compartment]
        for compartment, last in self._known.items():
            for identity, (_stamp, group) in sorted(last.items(), key=lambda each: each[1][1].last_at):
                if sizes[compartment] <= self._most:
                    return
                sizes[compartment] -= len(group.members)
                del last[identity]


def _read_members(connection: Connection, groups: Mapping[UUID, Group], unread: Sequence[Mapping[str, Any]]) -> None:
    if not unread:
        return
    for row in _rows(connection, MEMBERS, [each["id"] for each in unread], MOST_LOADED):
        group = groups[row["group_id"]]
        member = group.members[str(row["signal_id"])] = _member(row)
        group.learn(member)
    for facts in unread:
        _note_older(groups[facts["id"]], facts)


def _read_again(connection: Connection, groups: Mapping[UUID, Group], arrived: Sequence[UUID]) -> None:
    large = [identity for identity, group in groups.items() if group.older]
    if not large:
        return
    for row in _rows(connection, AGAIN, large, list(arrived)):
        group = groups[row["group_id"]]
        group.recall(member := _member(row))
        group.learn(member)


def _shorten(group: Group) -> None:
    """Leave only the newest members at hand."""
    for signal in list(islice(group.members, max(0, len(group.members) - MOST_LOADED))):
        member = group.members.pop(signal)
        group.older, group.older_count = group.older + 1, group.older_count + member.count
        group.older_severity = max(group.older_severity, member.severity)


def _rows(connection: Connection, statement: str, *parameters: Any) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, parameters).fetchall()


def _group(row: Mapping[str, Any]) -> Group:
    return Group(
        row["key"], row["first_at"].timestamp(), row["last_at"].timestamp(),
        shown_at=row["shown_at"].timestamp() if row["shown_at"] else None, id=row["id"],
    )  # fmt: skip


def _note_older(group: Group, row: Mapping[str, Any]) -> None:
    """What is known of the members that were not read."""
    group.older = max(0, row["signals"] - len(group.members))
    if group.older:
        group.older_count = max(0, row["arrivals"] - group.count)
        group.older_severity = row["severity"]


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        str(row["signal_id"]), row["rule"], tuple(Named(each["key"], each["label"]) for each in row["entities"]),
        row["severity"], row["first_at"].timestamp(), row["last_at"].timestamp(), row["arrivals"], row["evidence"],
        Why(row["why"]),
    )  # fmt: skip
