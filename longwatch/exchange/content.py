# SPDX-License-Identifier: Apache-2.0
"""Everything that a record consists of, as far as the reader may see it: plain items for `redaction`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from longwatch.access.models import Compartment, Membership, Section
from longwatch.access.permission import require_reading
from longwatch.access.roles import Permission
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case, CaseType
from longwatch.cases.sentences import CATALOGUE as CASE_SENTENCES
from longwatch.core.actor import Actor
from longwatch.core.canonical import plain
from longwatch.core.errors import NotFound
from longwatch.entities.models import Mention
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.exchange.audiences import Kind
from longwatch.exchange.redaction import Item
from longwatch.exchange.sentences import SENTENCES
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident
from longwatch.incidents.sentences import CATALOGUE as INCIDENT_SENTENCES
from longwatch.intake import selectors as signal_selectors
from longwatch.intake.models import Signal
from longwatch.ledger.writing import row_content
from longwatch.records.models import Link, LinkKind, RecordKind, Task, TimelineEntry
from longwatch.records.readable import READING, readable_kinds
from longwatch.records.reference import RecordRef
from longwatch.records.sentences import sentence_of
from longwatch.records.severity import Severity

# Told by their rows (entries, custody), or nobody's business but ours.
TOLD_ELSEWHERE = ("timeline.", "evidence.", "export.", "identity.", "glass.", "sight.")
REPORTER = "Reporter"
OF_THE_EXHIBIT = (CustodyKind.RECEIVED, CustodyKind.WITHDRAWN)
LONGEST_LABEL = 160
ENTRIES = """
select e.id, e.at, e.action, e.subject_id, e.compartment_id, e.actor_kind, coalesce(d.fields, '{}')
  from ledger_entry e left join ledger_detail d on d.entry_id = e.id
 where e.record_id = %(record)s or e.subject_id = any (%(exhibits)s)
 order by e.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A ledger entry about the record, with the openings of what it commits to."""

    id: int
    action: str
    subject_id: str
    section: str
    openings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A record with everything in it, at one moment, as one person sees it."""

    record: RecordRef
    row: Incident | Case
    items: list[Item]
    exhibits: dict[str, Exhibit]
    # Reports and alerts that belong to it, by identifier.
    signals: Mapping[str, Signal] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    # Names of those who worked on it.
    staff: tuple[str, ...] = ()


def find_record(kind: str, record_id: UUID, by: Actor | None) -> tuple[RecordRef, Incident | Case, Actor]:
    """An incident or a case that the actor may see; refuses (404) all else."""
    if kind not in (RecordKind.INCIDENT, RecordKind.CASE):
        raise NotFound
    actor = require_reading(by, READING[RecordKind(kind)])
    if kind == RecordKind.CASE:
        case = case_selectors.case(record_id)
        return case_selectors.case_ref(case), case, actor
    incident = incident_selectors.incident(record_id)
    return incident_selectors.incident_ref(incident), incident, actor


def read_content(record: RecordRef, row: Incident | Case, by: Actor) -> Content:
    """The whole record in about a dozen statements, however much is in it."""
    reading = _Reading(record, row, by)
    items = [item for part in reading.parts() for item in part]
    return Content(
        record=record, row=row, items=items, exhibits=reading.exhibits,
        signals={str(row.id): row for row in reading.signals}, entries=reading.entries,
        staff=tuple(dict.fromkeys(name for name in reading.staff if name != REPORTER)),
    )  # fmt: skip


class _Reading:
    """One pass over a record; collects names on the way."""

    def __init__(self, record: RecordRef, row: Incident | Case, by: Actor) -> None:
        self.record, self.row, self.by = record, row, by
        own = Compartment.objects.filter(record_id=record.id).values_list("id", "section")
        self.sections = {found: section or Section.CORE for found, section in own}
        self.staff: list[str] = []
        self.exhibits: dict[str, Exhibit] = {}
        self.entries: list[Entry] = []
        self.catalogue = (CASE_SENTENCES if record.kind == RecordKind.CASE else INCIDENT_SENTENCES) | SENTENCES
        ties = Link.objects.filter(from_id=record.id) | Link.objects.filter(to_id=record.id)
        self.ties = list(ties.filter(ended_at=None).order_by("created_at", "id"))
        self.signals = self._signals()

    def parts(self) -> Iterator[Iterable[Item]]:
        """All items, in the order in which a reader wants them."""
        yield [self._record()]
        yield self._entries()
        yield self._named()
        yield self._signal_items()
        if self.by.may(Permission.EVIDENCE_READ):
            yield self._exhibits()
            yield self._custody()
        yield self._tasks()
        if isinstance(self.row, Case):
            yield self._findings()
            yield self._decisions()
        yield self._changes()
        yield self._links()
        yield self._members()

    def _item(self, kind: Kind, row: Any, label: str, fields: Mapping[str, Any], **more: Any) -> Item:
        compartment = row.compartment_id
        return Item(
            kind=kind, id=str(row.id), label=_short(label), fields=plain(dict(fields)),
            section=self.sections.get(compartment, Section.CORE), compartment=compartment,
            row=plain(dict(row_content(row))) if isinstance(row, Model) else None,
            version=getattr(row, "version", None), **more,
        )  # fmt: skip

    def _person(self, name: str) -> str:
        if name:
            self.staff.append(name)
        return name

    def _record(self) -> Item:
        row = self.row
        fields: dict[str, Any] = {
            "reference": row.reference, "title": row.title, "summary": row.summary, "status": row.status,
            "opened_at": row.opened_at, "opened_by": self._person(row.opened_by.name), "closed_at": row.closed_at,
        }  # fmt: skip
        told = self._case_fields(row) if isinstance(row, Case) else self._incident_fields(row)
        return self._item(Kind.RECORD, row, row.title, fields | told, at=row.opened_at)

    def _case_fields(self, row: Case) -> dict[str, Any]:
        names = (
            "findings", "root_cause", "actions_taken", "residual_risk", "residual_risk_rationale", "remediation",
            "lessons_learned", "prevention", "monitoring_decision",
        )  # fmt: skip
        lead = self._person(row.lead.name) if row.lead else ""
        return {"type": str(CaseType(row.type).label), "lead": lead} | {name: getattr(row, name) for name in names}

    def _incident_fields(self, row: Incident) -> dict[str, Any]:
        names = ("category", "place", "occurred_at", "disposition", "closing_summary", "severity_reason", "is_drill")
        commander = self._person(row.commander.name) if row.commander else ""
        told = {"severity": Severity(row.severity).name.lower(), "commander": commander}
        return told | {name: getattr(row, name) for name in names}

    def _entries(self) -> Iterator[Item]:
        for row in TimelineEntry.objects.filter(record_id=self.record.id).order_by("occurred_at", "id"):
            fields = {
                "kind": row.kind, "occurred_at": row.occurred_at, "recorded_at": row.recorded_at,
                "author": self._person(row.author_label), "text": row.text, "corrects": row.corrects_id,
            }  # fmt: skip
            yield self._item(Kind.ENTRY, row, row.text, fields, at=row.occurred_at)

    def _named(self) -> Iterator[Item]:
        rows = Mention.objects.filter(record_id=self.record.id, ended_at=None).order_by("added_at", "id")
        for row in rows:
            fields = {
                "kind": row.kind, "value": row.value, "part": row.part, "note": row.note, "added_at": row.added_at,
            }  # fmt: skip
            label = f"{row.get_kind_display()}: {row.value} ({row.get_part_display()})"
            yield self._item(
                Kind.NAMED, row, label, fields, at=row.added_at, entity_kind=row.kind, part=row.part, value=row.value
            )

    def _signals(self) -> list[Signal]:
        if RecordKind.SIGNAL not in readable_kinds(self.by):
            return []
        theirs = [
            tie.from_id for tie in self.ties
            if (tie.kind, tie.to_id, tie.from_kind) == (LinkKind.BELONGS, self.record.id, RecordKind.SIGNAL)
        ]  # fmt: skip
        return signal_selectors.signals_by_ids(theirs) if theirs else []

    def _signal_items(self) -> Iterator[Item]:
        for row in self.signals:
            received = _moment(row.first_seen, only_day=row.only_day_known)
            fields = {
                "kind": row.kind, "title": row.title, "description": row.description, "source": row.source.name,
                "occurred_at": row.occurred_at if row.occurred_at != row.first_seen else received,
                "received_at": received, "arrivals": row.count,
            }  # fmt: skip
            # Without the row, which holds what a reporter said of themselves.
            yield _without_row(self._item(Kind.SIGNAL, row, row.title, fields, at=row.first_seen))

    def _exhibits(self) -> Iterator[Item]:
        signals = [row.id for row in self.signals]
        rows = Exhibit.objects.filter(record_id__in=[self.record.id, *signals]).select_related("compartment")
        for row in rows.order_by("received_at", "number"):
            of_signal = row.record_id != self.record.id
            self.exhibits[str(row.id)] = row
            received = REPORTER if of_signal else self._person(row.received_label)
            fields = {
                "number": row.mark, "name": row.name, "content_type": row.content_type, "size": row.size,
                "sha256": row.sha256, "note": row.note,
                "received_at": _moment(row.received_at, only_day=row.only_day_known), "received_by": received,
                "with_a_report": of_signal, "thing": row.is_physical, "acquired_by": row.acquired_by,
                "acquired_at": row.acquired_at, "acquired_where": row.acquired_where, "acquired_how": row.acquired_how,
                "withdrawn_at": row.withdrawn_at, "withdrawn_by": row.withdrawn_label,
                "withdrawal_reason": row.withdrawal_reason,
            }  # fmt: skip
            item = self._item(Kind.EXHIBIT, row, f"{row.mark}: {row.name}", fields, at=row.received_at)
            yield _without_row(item) if of_signal else item

    def _custody(self) -> Iterator[Item]:
        rows = CustodyEvent.objects.filter(exhibit_id__in=list(self.exhibits)).order_by("at", "id")
        for row in rows:
            exhibit = self.exhibits[str(row.exhibit_id)]
            reported = exhibit.record_id != self.record.id and row.kind == "received"
            who = REPORTER if reported else self._person(row.actor_label)
            fields = {
                "exhibit": exhibit.mark, "exhibit_id": exhibit.id, "kind": row.kind,
                "at": _moment(row.at, only_day=row.only_day_known), "by": who,
                "reason": row.reason, "from": row.from_label, "to": row.to_label, "place": row.place,
                "condition": row.condition, "seal": row.seal,
            }  # fmt: skip
            # Cheaper than Django's `get_kind_display`, which hashes every choice of the language again for each row.
            label = f"{exhibit.mark}: {CustodyKind(row.kind).label}, {who}"
            item = self._item(Kind.CUSTODY, row, label, fields, at=row.at, of=str(exhibit.id))
            # Receipt and withdrawal are told by the exhibit; what came with a report is nobody's to open.
            whole = row.kind not in OF_THE_EXHIBIT and exhibit.record_id == self.record.id
            yield item if whole else _without_row(item)

    def _tasks(self) -> Iterator[Item]:
        for row in Task.objects.filter(record_id=self.record.id).select_related("owner").order_by("created_at", "id"):
            fields = {
                "title": row.title, "owner": self._person(row.owner.name) if row.owner else "", "due_at": row.due_at,
                "status": row.status, "resolution": row.resolution, "created_at": row.created_at,
                "finished_at": row.finished_at,
            }  # fmt: skip
            yield self._item(Kind.TASK, row, row.title, fields, at=row.created_at)

    def _findings(self) -> Iterator[Item]:
        for row in case_selectors.allegations(self.record.id):
            fields = {
                "number": row.number, "kind": row.kind, "text": row.text, "conclusion": row.conclusion,
                "reasoning": row.reasoning, "added_at": row.added_at, "concluded_at": row.concluded_at,
                "concluded_by": self._person(row.concluded_by.name) if row.concluded_by else "",
            }  # fmt: skip
            yield self._item(Kind.FINDING, row, f"{row.number}. {row.text}", fields, at=row.added_at)

    def _decisions(self) -> Iterator[Item]:
        for row in case_selectors.decisions(self.record.id):
            fields = {
                "what": row.what, "why": row.why, "alternatives": row.alternatives, "decided_at": row.decided_at,
                "decided_by": self._person(row.decided_by.name), "approved_at": row.approved_at,
                "approved_by": self._person(row.approved_by.name) if row.approved_by else "",
            }  # fmt: skip
            yield self._item(Kind.DECISION, row, row.what, fields, at=row.decided_at)

    def _changes(self) -> Iterator[Item]:
        with connection.cursor() as cursor:
            wanted: dict[str, Any] = {"record": self.record.id, "exhibits": [UUID(found) for found in self.exhibits]}
            cursor.execute(ENTRIES, wanted)
            rows = cursor.fetchall()
        for number, at, action, subject, compartment, actor_kind, fields in rows:
            openings = json.loads(fields) if isinstance(fields, str) else fields
            section = self.sections.get(compartment, Section.CORE)
            self.entries.append(
                Entry(id=number, action=action, subject_id=str(subject), section=section, openings=openings)
            )
            if compartment is None or action.startswith(TOLD_ELSEWHERE):
                continue
            values = {name: opening.get("value") for name, opening in openings.items() if name != "row"}
            actor = str(values.pop("actor", "") or "")
            who = REPORTER if actor_kind == "reporter" else self._person(actor)
            said = sentence_of(action, values, self.catalogue)
            told = _moment(at, only_day=actor_kind == "reporter")
            yield Item(
                kind=Kind.CHANGE, id=str(number), label=_short(f"{who} {said}"), section=section,
                compartment=compartment, at=at,
                version=number, fields=plain({"at": told, "actor": who, "action": action, "text": said}),
            )  # fmt: skip

    def _links(self) -> Iterator[Item]:
        readable = readable_kinds(self.by)
        for row in self.ties:
            kinds = {row.from_kind, row.to_kind}
            if RecordKind.SIGNAL in kinds or not kinds <= set(readable):
                continue
            fields = {
                "kind": row.kind, "from_kind": row.from_kind, "from_id": row.from_id, "to_kind": row.to_kind,
                "to_id": row.to_id, "reason": row.reason, "since": row.created_at,
            }  # fmt: skip
            label = f"{row.from_kind} {row.kind} {row.to_kind}"
            yield Item(kind=Kind.LINK, id=str(row.id), label=label, fields=plain(fields), at=row.created_at)

    def _members(self) -> Iterator[Item]:
        inside = [found for found, section in self.sections.items() if section == Section.CORE]
        rows = Membership.objects.filter(compartment_id__in=inside).select_related("account", "granted_by")
        for row in rows.order_by("granted_at", "id"):
            fields = {
                "name": self._person(row.account.name), "since": row.granted_at, "until": row.ended_at,
                "let_in_by": self._person(row.granted_by.name) if row.granted_by else "", "reason": row.reason,
            }  # fmt: skip
            yield self._item(Kind.MEMBER, row, row.account.name, fields, at=row.granted_at)


def _moment(moment: datetime, *, only_day: bool) -> datetime | date:
    """The moment as a bundle tells it: the day, where nothing finer is kept."""
    return moment.date() if only_day else moment


def _short(label: str) -> str:
    # Cut where it shows.
    words = " ".join(label.split())
    return words if len(words) <= LONGEST_LABEL else words[: LONGEST_LABEL - 1].rstrip() + "…"


def _without_row(item: Item) -> Item:
    return Item(
        kind=item.kind, id=item.id, label=item.label, fields=item.fields, section=item.section,
        compartment=item.compartment, at=item.at, of=item.of, version=item.version,
    )  # fmt: skip
