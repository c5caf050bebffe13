# SPDX-License-Identifier: Apache-2.0
"""The exchange between the team and whoever sent a report: each side writes, the receipt is the reporter's only key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, public_reporter
from longwatch.core.discretion import moment_of
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.evidence.services.receiving import Upload, add_public_attachment
from longwatch.intake.models import Message, MessageAuthor, Signal, Thread
from longwatch.intake.naming import neutral_name
from longwatch.intake.reporter_events import ReporterWrote, TeamWrote, ThreadMoved, ThreadOpened
from longwatch.intake.services.enclosing import columns
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.live import announce

LONGEST = 10_000
WRITERS = (Permission.SIGNAL_TRIAGE, Permission.INCIDENT_WORK, Permission.CASE_WORK)

STANDING = """
select t.id, t.signal_id, m.number, m.author, coalesce(s.number, 0) < m.number and m.author = 'reporter'
  from intake_thread t
  join lateral (select number, author from intake_message where thread_id = t.id order by number desc limit 1) m on true
  left join intake_message_seen s on s.thread_id = t.id
 where t.signal_id = any (%s)
"""
SEE = """
insert into intake_message_seen (id, thread_id, account_id, number) values (gen_random_uuid(), %s, %s, %s)
on conflict (account_id, thread_id) do update set number = greatest(intake_message_seen.number, excluded.number)
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a receipt opens: where the report stands, and the exchange; what the reporter may know, and keys."""

    tag: bytes
    thread_id: UUID
    signal_id: UUID
    org_id: UUID
    compartment_id: UUID
    home_id: UUID
    received_at: datetime
    state: str
    messages: Sequence["Said"]

    @property
    def waits(self) -> bool:
        """Whether the team wrote last, so that a question may wait for the reporter."""
        return bool(self.messages) and self.messages[-1].author == MessageAuthor.TEAM


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the reporter sees it."""

    number: int
    author: str
    text: str
    files: int
    at: datetime
    once: UUID | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an exchange stands for one of the team."""

    thread_id: UUID
    number: int
    author: str
    unread: bool


def open_thread(signal_id: UUID, compartment_id: UUID, tag: bytes, *, by: Actor) -> Thread:
    """Give a report that is being received its exchange, which the receipt with the tag opens."""
    row = Thread(org_id=by.org_id, compartment_id=compartment_id, signal_id=signal_id)
    event = ThreadOpened(subject_id=row.id, record_id=signal_id, compartment_id=compartment_id)
    row.version = ledger.append(event, by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute("select intake_open_thread(%s, %s)", [columns(row), tag])
    return row


def opened_by(tag: bytes) -> Opened | None:
    """What the receipt with a tag opens. Nothing is written: that a reporter looked is nobody's business."""
    with connection.cursor() as cursor:
        cursor.execute("select * from intake_thread_by_tag(%s)", [tag])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("select number, author, body, files, at, once from intake_messages_by_tag(%s)", [tag])
        said = [Said(*each) for each in cursor.fetchall()]
    return Opened(*(tag, *row, said))


@transaction.atomic
def answer(opened: Opened, text: str, files: Sequence[Upload], *, once: UUID) -> Opened:
    """Write to the team as the reporter; the same sending twice is one message. Refuses (422) an empty one."""
    if any(each.once == once for each in opened.messages):
        return opened
    if not text.strip() and not files:
        raise Invalid(_("Write something, or add a file."), fields={"text": _("Write something, or add a file.")})
    by = public_reporter(opened.org_id)
    row = Message(
        org_id=opened.org_id, compartment_id=opened.compartment_id, thread_id=opened.thread_id,
        number=_next_number(opened.thread_id), author=MessageAuthor.REPORTER, text=text.strip()[:LONGEST],
        files=len(files), once=once, at=moment_of(by),
    )  # fmt: skip
    event = ReporterWrote(
        subject_id=row.id, record_id=opened.signal_id, compartment_id=row.compartment_id, number=row.number,
        files=row.files,
    )  # fmt: skip
    row.version = ledger.append(event, by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute("select intake_reporter_writes(%s, %s)", [opened.tag, columns(row)])
    ref = RecordRef(RecordKind.SIGNAL, opened.signal_id, opened.org_id, opened.home_id, "", "", False)
    for each in files:
        add_public_attachment(ref, each, name=neutral_name(each, by), by=by)
    announce("inbox", opened.compartment_id)
    found = opened_by(opened.tag)
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def write_to_reporter(thread_id: UUID, text: str, *, by: Actor) -> Message:
    """Write to the reporter, who is told that the team did. Refuses (403) who may not work on it, (422) nothing."""
    thread = Thread.objects.filter(id=thread_id).first()
    if thread is None:
        raise NotFound
    if not any(by.may(each) for each in WRITERS):
        raise NotAllowed(_("Your role does not allow this."), code="permission_missing")
    if not text.strip():
        raise Invalid(_("Write something to the reporter."), fields={"text": _("Write something to the reporter.")})
    row = Message(
        org_id=by.org_id, compartment_id=thread.compartment_id, thread=thread, number=_next_number(thread.id),
        author=MessageAuthor.TEAM, account_id=by.id, text=text.strip()[:LONGEST],
    )  # fmt: skip
    event = TeamWrote(
        subject_id=row.id, record_id=thread.signal_id, compartment_id=thread.compartment_id, number=row.number
    )
    announce("inbox", thread.compartment_id)
    return ledger.record_created(event, by=by, row=row)


def threads_of(subject_id: UUID) -> list[Thread]:
    """The exchanges of a report, or of the reports in an incident or case, that whoever asks may read."""
    by_record = Thread.objects.filter(record_id=subject_id)
    return list((Thread.objects.filter(signal_id=subject_id) | by_record).select_related("compartment").order_by("id"))


def messages_of(thread: Thread) -> list[Message]:
    """What was said, with who of the team said it."""
    return list(thread.messages.select_related("account").order_by("number"))


def standings(signal_ids: Iterable[UUID]) -> Mapping[UUID, Standing]:
    """Where the exchanges of signals stand for whoever asks, by signal; those without a message are left out."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [list(signal_ids)])
        return {signal: Standing(thread, number, author, new) for thread, signal, number, author, new in cursor}


def seen(thread: Thread, number: int, *, by: Actor) -> None:
    """Remember how far the actor has read."""
    with connection.cursor() as cursor:
        cursor.execute(SEE, [thread.id, by.id, number])


def move_with_signal(signal: Signal, record: RecordRef | None, *, by: Actor) -> None:
    """Let the exchange follow its report: into a record of named people, or back where the report is.

    In a record that many read, the exchange stays where the report is.
    """
    thread = Thread.objects.select_for_update().filter(signal_id=signal.id).first()
    if thread is None:
        return
    before = thread.compartment_id
    thread.compartment_id = _home(signal, record)
    thread.record_kind, thread.record_id = (record.kind, record.id) if record else ("", None)
    event = ThreadMoved(
        subject_id=thread.id, record_id=signal.id, compartment_id=thread.compartment_id, before=str(before),
        after=str(thread.compartment_id),
    )  # fmt: skip
    ledger.record(event, by=by, row=thread, fields=["compartment", "record_kind", "record_id"])


def _home(signal: Signal, record: RecordRef | None) -> UUID:
    if record is None:
        return signal.compartment_id
    named = Compartment.objects.filter(id=record.compartment_id, kind=CompartmentKind.RECORD).exists()
    return record.compartment_id if named else signal.compartment_id


def _next_number(thread_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select intake_next_message(%s)", [thread_id])
        return int(cursor.fetchone()[0])
