# SPDX-License-Identifier: Apache-2.0
"""Requests of data subjects: opened and searched, decided record by record by its owner, extended, answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from longwatch import ledger
from longwatch.access.models import Account
from longwatch.access.oversight import NoticeKind, SightKind
from longwatch.access.permission import require, require_reading
from longwatch.access.roles import Permission
from longwatch.access.services.notices import notify
from longwatch.access.services.sight import told
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, refuse_stale
from longwatch.core.words import LONGEST_REASON, written
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind
from longwatch.lifecycle import rules, subjects
from longwatch.lifecycle.events import (
    SubjectRequestAnswered,
    SubjectRequestAsked,
    SubjectRequestDecided,
    SubjectRequestExtended,
    SubjectRequestOpened,
    SubjectRequestPackaged,
)
from longwatch.lifecycle.finding import owner_of, refuse_outside_place
from longwatch.lifecycle.models import (
    PLACE,
    FindingChoice,
    RequestAnswer,
    RequestKind,
    SubjectFinding,
    SubjectRequest,
)
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef

MOST_IDENTIFIERS = 20
LONGEST_PERSON, LONGEST_ASKER, LONGEST_ANSWER = 200, 300, 2000


@dataclass(frozen=True, slots=True)
class Opening:
    """What came: who asks for what, about whom, and how that was checked."""

    kind: str
    person: str
    asker: str
    identity_check: str
    received_on: date | None
    identifiers: Sequence[dict[str, str]] = field(default_factory=list)


@transaction.atomic
def open_request(opening: Opening, *, by: Actor) -> SubjectRequest:
    """Open a request, search for the person, and ask the owner of each record that names them.

    Due a month after it came (GDPR art. 12(3)).
    """
    require(by, Permission.SUBJECT_REQUEST)
    received = rules.received_in(opening.received_on, clock.latest_day())
    if opening.kind not in RequestKind.values:
        raise Invalid("Choose what is asked for.", fields={"kind": "Choose what is asked for."})
    row = SubjectRequest(
        org_id=by.org_id, kind=opening.kind, opened_by_id=by.id, received_on=received,
        due_on=rules.months_after(received, 1), identifiers=_identifiers(opening.identifiers),
        person=written(opening.person, "person", "Write who it is about.", LONGEST_PERSON),
        asker=written(opening.asker, "asker", "Write who asks.", LONGEST_ASKER),
        identity_check=written(opening.identity_check, "identity_check", "Write how their identity was checked."),
    )  # fmt: skip
    event = SubjectRequestOpened(subject_id=row.id, kind=row.kind, due_on=row.due_on.isoformat())
    ledger.record_created(event, by=by, row=row)
    _search(row, by)
    return row


@transaction.atomic
def search_again(request_id: UUID, *, by: Actor) -> int:
    """Look again: records that name the person since then are asked too; returns how many."""
    return _search(_open(request_id, by), by)


@transaction.atomic
def decide_finding(
    finding_id: UUID, *, choice: str, ground: str = "", note: str = "", extract: str = "", by: Actor,
    expected_version: int | None = None,
) -> SubjectFinding:  # fmt: skip
    """Decide, as the owner of the record, what the person gets to read of it; refuses (409) a second decision."""
    finding_to_decide(finding_id, by=by)
    row = SubjectFinding.objects.select_for_update().get(id=finding_id)
    refuse_stale(row.version, expected_version)
    asked = subjects.asked(finding_id)
    if row.decided_at is not None or asked.answered:
        raise Conflict("This is decided already.", code="finding_decided")
    rules.refuse_undecidable(asked.kind, choice, ground, extract)
    discloses = choice in (FindingChoice.DISCLOSE, FindingChoice.REDACT)
    row.choice, row.ground = choice, ground if choice == FindingChoice.WITHHOLD else ""
    row.extract, row.note = extract.strip() if discloses else "", note.strip()[:LONGEST_REASON]
    row.decided_by_id, row.decided_at = by.id, clock.now()
    event = SubjectRequestDecided(
        subject_id=row.id, record_id=_record_of(row), compartment_id=row.compartment_id, choice=choice,
        ground=row.ground,
    )  # fmt: skip
    fields = ["choice", "ground", "extract", "note", "decided_by", "decided_at"]
    return ledger.record(event, by=by, row=row, fields=fields)


@transaction.atomic
def extend(
    request_id: UUID, *, until: date | None, reason: str, by: Actor, expected_version: int | None = None
) -> SubjectRequest:
    """Take longer, once, three months in all, for a reason that the person is told (GDPR art. 12(3))."""
    row = _open(request_id, by)
    refuse_stale(row.version, expected_version)
    later, before = rules.later_due(row, until), row.due_on
    row.extension_reason = written(reason, "reason", "Say why it takes longer.")
    row.due_on = later
    event = SubjectRequestExtended(
        subject_id=row.id, due_before=before.isoformat(), due_on=later.isoformat(), reason=row.extension_reason
    )
    return ledger.record(event, by=by, row=row, fields=["due_on", "extension_reason"])


@transaction.atomic
def answer(
    request_id: UUID, *, answer: str, note: str, by: Actor, expected_version: int | None = None
) -> SubjectRequest:
    """Keep what was answered, and close the request. Refuses (409) while a record waits for its owner's decision."""
    row = _open(request_id, by)
    refuse_stale(row.version, expected_version)
    rules.refuse_undecided(subjects.findings(row.id).filter(decided_at=None).count())
    if answer not in RequestAnswer.values:
        raise Invalid("Choose how it ended.", fields={"answer": "Choose how it ended."})
    row.answer, row.answer_note = answer, written(note, "note", "Write what was answered, and how.", LONGEST_ANSWER)
    row.answered_by_id, row.answered_at = by.id, clock.now()
    event = SubjectRequestAnswered(subject_id=row.id, answer=row.answer)
    return ledger.record(event, by=by, row=row, fields=["answer", "answer_note", "answered_by", "answered_at"])


@transaction.atomic
def take_package(row: SubjectRequest, sort: str, *, by: Actor) -> None:
    """Note that what may be disclosed left as a file, and for each record that its words did."""
    require(by, Permission.SUBJECT_REQUEST)
    subjects.noted([each for each in subjects.findings(row.id) if each.extract], how=SightKind.EXPORTED, by=by)
    ledger.append(SubjectRequestPackaged(subject_id=row.id, format=sort), by=by)


def finding_to_decide(finding_id: UUID, *, by: Actor) -> tuple[SubjectFinding, RecordRef | None]:
    """A finding with its record, for the owner, who decides; of accounts of Longwatch, for privacy officers; of what a
    compartment holds outside its records, for counsel and supervisors inside it.

    Refuses others inside the record (403), and those outside (404).
    """
    kind = subjects.asked(finding_id).record_kind
    if kind == PLACE:
        row = subjects.finding(finding_id)
        refuse_outside_place(row.record_id, by)
        return row, None
    reading = READING.get(RecordKind(kind)) if kind in READING else None
    require_reading(by, reading or Permission.SUBJECT_REQUEST)
    row = subjects.finding(finding_id)
    return row, None if reading is None else owner_of(row.record_kind, row.record_id, by)


def _open(request_id: UUID, by: Actor) -> SubjectRequest:
    subjects.subject_request(request_id)
    require(by, Permission.SUBJECT_REQUEST)
    row = SubjectRequest.objects.select_for_update().get(id=request_id)
    rules.refuse_answered(row)
    return row


def _search(row: SubjectRequest, by: Actor) -> int:
    known = set(subjects.findings(row.id).values_list("record_id", flat=True))
    fresh = [each for each in subjects.named(row) if each.record_id not in known]
    owners = Account.objects.in_bulk([each.owner_id for each in fresh if each.owner_id])
    for each in fresh:
        made = SubjectFinding(
            org_id=row.org_id, request_id=row.id, compartment_id=each.compartment_id, record_kind=each.kind,
            record_id=each.record_id, places=dict(each.places), owner_id=each.owner_id,
        )  # fmt: skip
        event = SubjectRequestAsked(
            subject_id=made.id, record_id=_record_of(made), compartment_id=made.compartment_id, kind=row.kind
        )
        ledger.record_created(event, by=by, row=made)
        if each.owner_id in owners:
            owner = owners[each.owner_id]
            notify([owner], NoticeKind.SUBJECT_REQUEST, _page_of(made), by=by)
            if each.compartment_id:
                told(each.kind, each.record_id, each.compartment_id, [owner], by=by)
    return len(fresh)


def _page_of(row: SubjectFinding) -> str:
    return reverse("lifecycle:finding", args=[row.id])


def _record_of(row: SubjectFinding) -> UUID | None:
    return None if row.record_kind in (subjects.ACCOUNT, PLACE) else row.record_id


def _identifiers(given: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    tidy = [{"kind": str(each.get("kind", "")), "value": str(each.get("value", "")).strip()} for each in given]
    wrong = [
        each for each in tidy if each["kind"] not in EntityKind.values or not 1 < len(each["value"]) <= LONGEST_VALUE
    ]
    if wrong or len(tidy) > MOST_IDENTIFIERS:
        sentence = f"Use at most {MOST_IDENTIFIERS} names, addresses or numbers, one a line."
        raise Invalid("These identifiers cannot be searched.", fields={"identifiers": sentence})
    return tidy
