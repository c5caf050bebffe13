# SPDX-License-Identifier: Apache-2.0
"""Who and what has a part in a record: added, ended; never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Invalid, NotFound, refuse_stale
from longwatch.core.ids import entity_id
from longwatch.entities.events import MentionAdded, MentionEnded
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, Part, entity_key
from longwatch.entities.models import Mention
from longwatch.records.reference import RecordRef

LONGEST_NOTE = 500


class NamesEntities(Protocol):
    """A signal, as far as its entities go."""

    @property
    def entities(self) -> Sequence[Mapping[str, Any]]:
        """Kind, value and part of each."""


@transaction.atomic
def add_mention(
    record: RecordRef, *, kind: str, value: str, part: str = Part.INVOLVED, note: str = "", by: Actor
) -> Mention:
    """Name an entity with its part in a record; the same part twice is one mention."""
    require(by, record.work_permission)
    record.refuse_when_closed("The entry")
    _refuse_input(kind, value, part, note)
    mention = _mention(record, kind, value.strip(), part, note.strip(), by)
    return _open_mention(mention) or _insert(mention, by)


@transaction.atomic
def end_mention(
    record: RecordRef, mention_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Mention:
    """Take an entity off a record; the history keeps it."""
    mention = _load(record, mention_id, by, expected_version)
    mention.ended_at = clock.now()
    event = MentionEnded(
        subject_id=mention.id, record_id=record.id, compartment_id=mention.compartment_id,
        kind=mention.kind, value=mention.value, part=mention.part, reason=reason.strip()[:LONGEST_NOTE],
    )  # fmt: skip
    return ledger.record(event, by=by, row=mention, fields=["ended_at"])


@transaction.atomic
def copy_signal_entities(signal: NamesEntities, record: RecordRef, *, by: Actor) -> list[Mention]:
    """Name what a signal names in the record it was placed in; what is there already stays as it is.

    A reporter is not copied: more people may read the record than may know who reported. The caller holds the record's
    lock, so it is not asked for again with each name.
    """
    record = replace(record, rows=None)
    named = [
        item for item in signal.entities if item.get("part") != Part.REPORTER and str(item.get("value", "")).strip()
    ]
    return [
        add_mention(
            record,
            kind=_known(item.get("kind"), EntityKind.values, EntityKind.OTHER),
            value=str(item["value"])[:LONGEST_VALUE],
            part=_known(item.get("part"), Part.values, Part.INVOLVED),
            by=by,
        )
        for item in named
    ]


def _mention(record: RecordRef, kind: str, value: str, part: str, note: str, by: Actor) -> Mention:
    key = entity_key(kind, value)
    return Mention(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        entity_id=entity_id(record.org_id, key), kind=kind, value=value, key=key, part=part, note=note,
        added_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
    )  # fmt: skip


def _insert(mention: Mention, by: Actor) -> Mention:
    event = MentionAdded(
        subject_id=mention.id, record_id=mention.record_id, compartment_id=mention.compartment_id,
        kind=mention.kind, value=mention.value, part=mention.part, note=mention.note,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=mention)
    except IntegrityError:
        # Somebody else named it between our look and our insert.
        present = _open_mention(mention)
        if present is None:
            raise
        return present


def _open_mention(like: Mention) -> Mention | None:
    same = Mention.objects.filter(
        record_id=like.record_id, compartment_id=like.compartment_id, entity_id=like.entity_id, part=like.part,
        ended_at=None,
    )  # fmt: skip
    return same.exclude(id=like.id).first()


def _load(record: RecordRef, mention_id: UUID, by: Actor, expected_version: int | None) -> Mention:
    mention = Mention.objects.select_for_update().filter(id=mention_id, record_id=record.id, ended_at=None).first()
    if mention is None:
        raise NotFound
    require(by, record.work_permission)
    refuse_stale(mention.version, expected_version)
    record.refuse_when_closed("The change")
    return mention


def _refuse_input(kind: str, value: str, part: str, note: str) -> None:
    fields = {}
    if kind not in EntityKind.values:
        fields["kind"] = "Choose what it is."
    if part not in Part.values:
        fields["part"] = "Choose its part."
    if not value.strip():
        fields["value"] = "Write a name, an address or another identifier."
    elif len(value.strip()) > LONGEST_VALUE:
        fields["value"] = f"Use at most {LONGEST_VALUE} characters."
    if len(note.strip()) > LONGEST_NOTE:
        fields["note"] = f"Use at most {LONGEST_NOTE} characters."
    if fields:
        raise Invalid("The entry was not saved.", fields=fields)


def _known(value: object, allowed: Sequence[str], otherwise: str) -> str:
    return str(value) if value in allowed else otherwise
