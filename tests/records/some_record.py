# SPDX-License-Identifier: Apache-2.0
"""A record for tests that need not know its kind: in the organisation's operations, or among named members."""

from dataclasses import replace

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.compartments import open_compartment
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from tests.personas import Cast


def a_record(cast: Cast, **fields: object) -> RecordRef:
    """An open incident as other packages refer to it."""
    ref = RecordRef(
        RecordKind.INCIDENT, uuid7(), cast.organisation.id, cast.operations.id, "INC-2026-0001", "Door", closed=False,
        snapshot_sha256="0" * 64,
    )  # fmt: skip
    return replace(ref, **fields)  # type: ignore[arg-type]


def a_secret_record(cast: Cast, **fields: object) -> RecordRef:
    """The same, seen by the analyst only."""
    with acting_as(cast.analyst):
        inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
    return a_record(cast, compartment_id=inside.id, **fields)


def reader_only(actor: Actor) -> Actor:
    """The same person, who may read but not work."""
    return replace(actor, permissions=frozenset({"incident:read"}))
