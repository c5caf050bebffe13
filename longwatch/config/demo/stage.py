# SPDX-License-Identifier: Apache-2.0
"""The stage of the demo story: people act at a moment, through the same services as everybody."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case, case_ref
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.discretion import is_discreet
from longwatch.core.ids import receipt_number
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.selectors import incident, incident_ref
from longwatch.intake import receipts
from longwatch.intake.models import Source
from longwatch.intake.services.enclosing import enclose_identity
from longwatch.intake.services.identities import keep_identity
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.threads import open_thread
from longwatch.records.models import EntryKind, Task
from longwatch.records.reference import RecordRef
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry

Entity = tuple[str, str, str]


@dataclass
class Stage:
    """Who is there, what sends signals, and what time it is on stage."""

    actors: dict[str, Actor]
    sources: dict[str, Source]
    opening: datetime

    def back(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """A moment before now."""
        return self.opening - timedelta(days=days, hours=hours, minutes=minutes)

    def day(self, days_ago: int, clock_time: str) -> datetime:
        """A time of day some days ago, in UTC; never in the future."""
        day = (self.opening - timedelta(days=days_ago)).date()
        moment = datetime.combine(day, time.fromisoformat(clock_time), UTC)
        return moment if moment < self.opening - timedelta(minutes=20) else moment - timedelta(days=1)

    def after(self, moment: datetime, minutes: float) -> datetime:
        """Some minutes later; the story never runs ahead of the clock."""
        return min(moment + timedelta(minutes=minutes), self.opening - timedelta(seconds=5))

    def incident_record(self, who: str, incident_id: UUID) -> RecordRef:
        """An incident as others refer to it, as the person sees it."""
        with acting_as(self.actors[who]):
            return incident_ref(incident(incident_id))

    def case_record(self, who: str, case_id: UUID) -> RecordRef:
        """A case as others refer to it, as the person sees it."""
        with acting_as(self.actors[who]):
            return case_ref(case(case_id))

    @contextmanager
    def scene(self, who: str, when: datetime) -> Iterator[Actor]:
        """One transaction of one person at one moment."""
        actor = self.actors[who].through("web")
        with clock.unsafe_pretend(when), acting_as(actor):
            yield actor

    def signal(self, source: str, when: datetime, payload: Mapping[str, Any], **report: Any) -> UUID:
        """Something arrives; of what a person reports, who they are is kept apart, and an exchange is opened."""
        # Nobody has the receipt: there is none to be slow about.
        return self._arrives(source, when, payload, report, secrets.token_bytes(receipts.TAG_BYTES))

    def anonymous_report(
        self, source: str, when: datetime, payload: Mapping[str, Any], **report: Any
    ) -> tuple[UUID, str]:
        """Somebody reports without a name; only the receipt leads back to what they wrote."""
        receipt = receipt_number()
        return self._arrives(source, when, payload, report, receipts.tag_of(receipt)), receipt

    def _arrives(
        self, source: str, when: datetime, payload: Mapping[str, Any], report: dict[str, Any], tag: bytes | None
    ) -> UUID:
        contact = report.pop("contact", None)
        if contact:
            report["identity"] = True
        by = self.actors[source]
        raw = json.dumps({"occurred_at": when.isoformat(), **payload}, ensure_ascii=False).encode()
        with transaction.atomic():
            received = receive(self.sources[source], raw, report=report or None, by=by, unsafe_received_at=when)
            if is_discreet(by) and received.created:
                self._open_exchange(received.signal_id, source, tag, contact)
        return received.signal_id

    def _open_exchange(
        self, signal_id: UUID, source: str, tag: bytes | None, contact: Mapping[str, str] | None
    ) -> None:
        """As the report form does it."""
        by = self.actors[source]
        if tag:
            open_thread(signal_id, self.sources[source].compartment_id, tag, by=by)
        if contact:
            keep_identity(signal_id, contact, enclose_identity(signal_id, (), by=by), by=by)

    def note(self, who: str, when: datetime, record: RecordRef, text: str, *, occurred: datetime | None = None,
             kind: EntryKind = EntryKind.NOTE) -> None:  # fmt: skip
        """Somebody writes something down."""
        with self.scene(who, when) as actor:
            add_entry(record, kind=kind, text=text, occurred_at=occurred, by=actor)

    def task(self, who: str, when: datetime, record: RecordRef, title: str, *, owner: str = "",
             due: datetime | None = None) -> Task:  # fmt: skip
        """Somebody gives somebody something to do."""
        with self.scene(who, when) as actor:
            owner_id = self.actors[owner].id if owner else None
            return add_task(record, title=title, owner_id=owner_id, due_at=due, by=actor)

    def people(self, who: str, when: datetime, record: RecordRef, *entities: Entity) -> None:
        """Somebody names people and things with their part."""
        for kind, value, part in entities:
            with self.scene(who, when) as actor:
                add_mention(record, kind=kind, value=value, part=part, by=actor)

    def file(self, who: str, when: datetime, record: RecordRef, name: str, content: bytes, note: str) -> Exhibit:
        """Somebody keeps a file as evidence."""
        with self.scene(who, when) as actor:
            return add_exhibit(record, SimpleUploadedFile(name, content), name=name, note=note, by=actor)
