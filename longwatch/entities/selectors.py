# SPDX-License-Identifier: Apache-2.0
"""Reads about mentions; row security does the filtering."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, QuerySet

from longwatch.entities.models import Mention


def mentions(record_id: UUID) -> QuerySet[Mention]:
    """The entities that have a part in a record now, in the order they were named."""
    found = Mention.objects.filter(record_id=record_id, ended_at=None).select_related("added_by", "compartment")
    return found.order_by("added_at", "id")


def mentions_of(entity_id: UUID, limit: int = 200) -> QuerySet[Mention]:
    """Where an entity has or had a part, as far as the reader may see: present ones first, then the newest."""
    return mentions_of_any([entity_id], limit)


def mentions_of_any(ids: Sequence[UUID], limit: int = 200) -> QuerySet[Mention]:
    """Where one of several entities has or had a part."""
    found = Mention.objects.filter(entity_id__in=ids)
    return found.order_by(F("ended_at").desc(nulls_first=True), "-added_at", "-id")[:limit]
