# SPDX-License-Identifier: Apache-2.0
"""Reads about bundles; row security does the filtering."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotFound
from longwatch.evidence.copies import endangered
from longwatch.evidence.models import Exhibit
from longwatch.exchange.audiences import Audience, Choice
from longwatch.exchange.models import Export, ItemDecision
from longwatch.exchange.redaction import Decided
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.readable import READING

# Longwatch's disposals say so (longwatch/lifecycle/sql/recalls.sql).
RECALLED = "select lifecycle_recalls(%s, %s)"
INSIDE_ALL = "select %s::uuid[] <@ visible_compartments()"


def exports(record_id: UUID) -> QuerySet[Export]:
    """The bundles of a record with who asked for them and how far they are, the newest first."""
    found = Export.objects.filter(record_id=record_id).select_related("requested_by", "progress")
    return found.order_by("-requested_at", "-id")


def export(export_id: UUID, by: Actor) -> Export:
    """One bundle of a record that the actor reads and may take out; refuses (404, 403) others."""
    found = Export.objects.select_related("requested_by", "progress").filter(id=export_id).first()
    if found is None or not by.may(READING[RecordKind(found.record_kind)]):
        raise NotFound
    require(by, Permission.RECORD_EXPORT)
    return found


def export_for_update(export_id: UUID, by: Actor) -> Export:
    """The same, locked until the transaction ends."""
    found = Export.objects.select_for_update().filter(id=export_id).first()
    if found is None or not by.may(READING[RecordKind(found.record_kind)]):
        raise NotFound
    require(by, Permission.RECORD_EXPORT)
    return found


def sees_all_of(export: Export) -> bool:
    """Whether whoever asks the database can see everything that is in the bundle."""
    with connection.cursor() as cursor:
        cursor.execute(INSIDE_ALL, [[str(each) for each in export.compartments]])
        return bool(cursor.fetchone()[0])


def refuse_recalled(record_id: UUID, since: datetime) -> None:
    """Refuses (409) a bundle that may hold content of a record which is let go, or was after it was asked for."""
    if is_recalled(record_id, since):
        sentence = (
            "Content of this record is let go, by a disposal: bundles that hold it are made and handed out no more."
        )
        raise Conflict(sentence, code="record_let_go")


def is_recalled(record_id: UUID, since: datetime) -> bool:
    """Whether content of a record goes, or went after that moment."""
    with connection.cursor() as cursor:
        cursor.execute(RECALLED, [record_id, since])
        return bool(cursor.fetchone()[0])


def refuse_endangered(export: Export) -> None:
    """Refuses (409) a bundle that holds a file as it is which was found dangerous since."""
    as_it_is = export.counts.get("exhibits", 0) - export.counts.get("archived", 0)
    if export.finished_at is not None and as_it_is and endangered(_files(export), export.finished_at):
        sentence = (
            "A file of this record was found dangerous after this bundle was made, which may hold it as it is. "
            "Make the bundle again: then it lies in an encrypted archive."
        )
        raise Conflict(sentence, code="found_dangerous")


def _files(export: Export) -> QuerySet[Exhibit]:
    reports = Link.objects.filter(to_id=export.record_id, kind=LinkKind.BELONGS, from_kind=RecordKind.SIGNAL)
    places = Q(record_id=export.record_id) | Q(record_id__in=reports.values("from_id"))
    return Exhibit.objects.filter(places, received_at__lte=export.finished_at, is_physical=False)


def decisions(record_id: UUID, audience: Audience) -> Mapping[tuple[str, str], ItemDecision]:
    """The open decisions about items of a record for an audience, by kind and identifier of the item."""
    found = ItemDecision.objects.filter(record_id=record_id, audience=audience, ended_at=None)
    return {(row.item_kind, row.item_id): row for row in found.select_related("decided_by")}


def decided(rows: Mapping[tuple[str, str], ItemDecision]) -> dict[tuple[str, str], Decided]:
    """The same, as the rules want them."""
    return {key: Decided(Choice(row.choice), row.ground) for key, row in rows.items()}
