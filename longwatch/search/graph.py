# SPDX-License-Identifier: Apache-2.0
"""What entities, signals, incidents and cases are tied to, one step at a time, as far as the reader may see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.core.paging import Page, page_of
from longwatch.entities import identities
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.models import Identity, Mention
from longwatch.intake.models import Signal
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.naming import identity_in
from longwatch.search.records_directory import Described, described, page_url, record_ref

ENTITY = "entity"
USUAL, MOST = 25, 100
# What a tie says, read from its second end.
BACKWARDS: dict[LinkKind, Promise] = {
    LinkKind.BELONGS: _("holds"), LinkKind.HANDLED_IN: _("handles"), LinkKind.RAISED: _("was raised by"),
    LinkKind.RELATED: _("is related to"), LinkKind.DUPLICATE: _("has as duplicate"), LinkKind.PARENT: _("is a part of"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or a record in the graph."""

    key: str
    sort: str
    word: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a node is tied to, how, and since when."""

    node: Node
    tie: str
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class _Tie:
    """One that is not yet described: an entity with its label, or a record by kind and identifier."""

    at: datetime
    id: UUID
    words: str
    kind: str
    target: UUID
    label: str = ""


def neighbours(
    key: str, actor: Actor, *, cursor: str | None = None, limit: int = USUAL
) -> tuple[Node, Page[Neighbour]]:
    """A node and a page of what it is tied to, newest first; refuses (404) what the actor may see nothing of."""
    sort, _colon, text = key.partition(":")
    target = uuid_or_none(text)
    if target is None or f"{sort}:{target}" != key:
        raise NotFound
    limit = max(1, min(limit, MOST))
    if sort == ENTITY:
        node, ties = _of_entity(target, actor, cursor, limit)
    else:
        node, ties = _of_record(sort, target, actor, cursor, limit)
    ties = sorted(ties, key=lambda tie: (tie.at, tie.id), reverse=True)
    page = page_of(ties, limit, lambda tie: (tie.at.isoformat(), str(tie.id)), first=cursor is None)
    records = described([(tie.kind, tie.target) for tie in page.rows if tie.kind in RecordKind.values])
    return node, Page(list(_shown(page.rows, records)), page.next_cursor, page.first)


def _shown(ties: Sequence[_Tie], records: Mapping[UUID, Described]) -> Iterator[Neighbour]:
    for tie in ties:
        if tie.kind not in RecordKind.values:
            yield Neighbour(_entity_node(tie.target, tie.kind, tie.label), tie.words, tie.at, tie.id)
        elif record := records.get(tie.target):
            yield Neighbour(
                _record_node(tie.kind, record.id, record.reference, record.title), tie.words, tie.at, tie.id
            )


def _of_entity(entity: UUID, actor: Actor, cursor: str | None, limit: int) -> tuple[Node, list[_Tie]]:
    allowed = readable_kinds(actor)
    holding = [row for row in identities.known(entity, allowed).holding if entity in (row.entity_id, row.into_id)]
    signals = selectors.signals_of_any([entity], cursor=cursor, limit=limit + 1).rows if _signals(allowed) else []
    node = _entity_itself(entity, holding, actor)
    rows = Mention.objects.filter(entity_id=entity, ended_at=None, record_kind__in=allowed)
    mentions = _before(rows, "added_at", cursor)[: limit + 1]
    ties = [_Tie(row.added_at, row.id, str(Part(row.part).label), row.record_kind, row.record_id) for row in mentions]
    ties += [_Tie(row.first_seen, row.id, _part_in(row, entity), "signal", row.id) for row in signals]
    return node, ties + _older([_same(row, entity) for row in holding], cursor)


def _signals(allowed: Sequence[str]) -> bool:
    return str(RecordKind.SIGNAL) in allowed


def _entity_itself(entity: UUID, holding: Sequence[Identity], actor: Actor) -> Node:
    allowed = readable_kinds(actor)
    mention = next((row for row in entity_selectors.mentions_of(entity) if row.record_kind in allowed), None)
    if mention is not None:
        return _entity_node(entity, mention.kind, mention.value)
    for signal in selectors.signals_of_any([entity], limit=1).rows if _signals(allowed) else ():
        if identity := identity_in(signal, entity):
            return _entity_node(entity, identity.kind, identity.value)
    for row in holding:
        mine = (row.kind, row.value) if row.entity_id == entity else (row.into_kind, row.into_value)
        return _entity_node(entity, *mine)
    raise NotFound


def _same(row: Identity, entity: UUID) -> _Tie:
    words = str(_("is the same as"))
    if row.entity_id == entity:
        return _Tie(row.said_at, row.id, words, row.into_kind, row.into_id, row.into_value)
    return _Tie(row.said_at, row.id, words, row.kind, row.entity_id, row.value)


def _part_in(signal: Signal, entity: UUID) -> str:
    part = next((each.get("part", "") for each in signal.entities if each.get("id") == str(entity)), "")
    return str(Part(part).label) if part in Part.values else ""


def _of_record(kind: str, record_id: UUID, actor: Actor, cursor: str | None, limit: int) -> tuple[Node, list[_Tie]]:
    record, _actor = record_ref(kind, record_id, actor)
    rows = Link.objects.filter(Q(from_id=record.id) | Q(to_id=record.id), ended_at=None)
    allowed = readable_kinds(actor)
    rows = rows.filter(from_kind__in=allowed, to_kind__in=allowed)
    ties = [_link(row, record.id) for row in _before(rows, "created_at", cursor)[: limit + 1]]
    ties += _of_signal(record.id, cursor) if kind == RecordKind.SIGNAL else _named(record.id, cursor, limit)
    return _record_node(kind, record.id, record.reference, record.title), ties


def _named(record_id: UUID, cursor: str | None, limit: int) -> list[_Tie]:
    rows = _before(Mention.objects.filter(record_id=record_id, ended_at=None), "added_at", cursor)[: limit + 1]
    return [_Tie(row.added_at, row.id, str(Part(row.part).label), row.kind, row.entity_id, row.value) for row in rows]


def _of_signal(signal_id: UUID, cursor: str | None) -> list[_Tie]:
    row = Signal.objects.get(id=signal_id)
    found = [
        _Tie(row.first_seen, entity, _part_in(row, entity), each["kind"], entity, each["value"])
        for each in row.entities
        if (entity := uuid_or_none(each.get("id"))) and each.get("kind") in EntityKind.values
    ]
    return _older(found, cursor)


def _older(ties: list[_Tie], cursor: str | None) -> list[_Tie]:
    at, last = selectors.position(cursor)
    return ties if at is None or last is None else [tie for tie in ties if (tie.at, tie.id) < (at, last)]


def _link(row: Link, mine: UUID) -> _Tie:
    if row.from_id == mine:
        return _Tie(row.created_at, row.id, str(LinkKind(row.kind).label), row.to_kind, row.to_id)
    return _Tie(row.created_at, row.id, str(BACKWARDS[LinkKind(row.kind)]), row.from_kind, row.from_id)


def _before(rows: Any, moment: str, cursor: str | None) -> Any:
    at, last = selectors.position(cursor)
    if at is not None:
        table = rows.model._meta.db_table
        words = f"({table}.{moment}, {table}.id) < (%s, %s)"
        rows = rows.filter(RawSQL(words, (at, last), output_field=BooleanField()))  # noqa: S611 - names of ours
    return rows.order_by(f"-{moment}", "-id")


def _entity_node(entity: UUID, kind: str, label: str) -> Node:
    word = str(EntityKind(kind).label) if kind in EntityKind.values else kind
    return Node(f"{ENTITY}:{entity}", ENTITY, word, label, reverse("entities:entity", args=[entity]))


def _record_node(kind: str, record_id: UUID, reference: str, title: str) -> Node:
    label = f"{reference} {title}" if reference and kind != RecordKind.SIGNAL else title
    url = page_url(kind, record_id, reference)
    return Node(f"{kind}:{record_id}", kind, str(RecordKind(kind).label), label, url)
