# SPDX-License-Identifier: Apache-2.0
"""Reads of mappings that people make; row security decides which there are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.intake.mapping.own import OWN
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Source

MOST_LISTED = 500


def newest(actor: Actor) -> QuerySet[MappingVersion]:
    """The newest version of each mapping, by name; those that were retired, too."""
    rows = MappingVersion.objects.filter(org_id=actor.org_id).select_related("account", "compartment")
    return rows.order_by("name", "mapping_id", "-number").distinct("name", "mapping_id")


def mapping(actor: Actor, mapping_id: UUID, number: int | None = None) -> MappingVersion:
    """A mapping in its newest version, or in that one; refuses one that is not there for the reader."""
    rows = versions(actor, mapping_id)
    found = (rows if number is None else rows.filter(number=number)).first()
    if found is None:
        raise NotFound
    return found


def versions(actor: Actor, mapping_id: UUID) -> QuerySet[MappingVersion]:
    """All versions of a mapping, newest first."""
    rows = MappingVersion.objects.filter(org_id=actor.org_id, mapping_id=mapping_id)
    return rows.select_related("account", "compartment").order_by("-number")


def read_by(actor: Actor, row: MappingVersion) -> list[Source]:
    """The sources that a mapping reads."""
    rows = Source.objects.filter(org_id=actor.org_id, compartment_id=row.compartment_id, format=row.format)
    return list(rows.order_by("name"))


def sources_by_mapping(actor: Actor) -> Mapping[tuple[UUID, str], Sequence[Source]]:
    """The sources with a mapping of their own, by compartment and format."""
    found: dict[tuple[UUID, str], list[Source]] = {}
    for source in Source.objects.filter(org_id=actor.org_id, format__startswith=OWN).order_by("name"):
        found.setdefault((source.compartment_id, source.format), []).append(source)
    return found
