# SPDX-License-Identifier: Apache-2.0
"""Asking for a bundle, and calling it off."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotAllowed, refuse_stale
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.models import Mention
from longwatch.exchange import selectors
from longwatch.exchange.audiences import PROFILES, Audience
from longwatch.exchange.events import ExportCancelled, ExportRequested
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.services.progress import announce_exports
from longwatch.records.reference import RecordRef

# The task of longwatch.exchange.jobs, which stands above.
BUILD = "exchange.build_bundle"
LONGEST_RECIPIENT = 200
LONGEST_PURPOSE = 500


@transaction.atomic
def request_export(
    record: RecordRef, *, audience: str, recipient: str, purpose: str, about_id: UUID | None = None, by: Actor
) -> Export:
    """Ask for a bundle of a record; a job makes it. Refuses (409) a second one while the first is being made.

    Refuses (409) one of a record whose content is about to be let go, too.
    """
    require(by, Permission.RECORD_EXPORT)
    if by.kind not in (ActorKind.ACCOUNT, ActorKind.INTEGRATION):
        raise NotAllowed("A bundle is asked for by a person or a program with an account.")
    wanted = checked(record, audience, recipient, purpose, about_id)
    selectors.refuse_recalled(record.id, clock.now())
    running = Export.objects.filter(record_id=record.id, requested_by_id=by.id, status=ExportStatus.QUEUED)
    if any(not (getattr(row, "progress", None) and row.progress.is_silent) for row in running):
        sentence = "A bundle of this record is being made for you. Wait for it, or cancel it."
        raise Conflict(sentence, code="export_running")
    row = Export(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        reference=record.reference, audience=wanted, recipient=recipient.strip(), purpose=purpose.strip(),
        about_id=about_id if PROFILES[wanted].names_a_person else None, requested_by_id=by.id,
        permissions=sorted(by.permissions),
    )  # fmt: skip
    event = ExportRequested(
        subject_id=row.id, record_id=record.id, compartment_id=record.compartment_id, audience=wanted,
        recipient=row.recipient, purpose=row.purpose,
    )  # fmt: skip
    ledger.record_created(event, by=by, row=row)
    # In this very transaction: the job exists exactly when the request does.
    app.configure_task(BUILD).defer(export_id=str(row.id), account_id=str(by.id))
    announce_exports(row)
    return row


@transaction.atomic
def cancel_export(export_id: UUID, *, by: Actor, expected_version: int | None = None) -> Export:
    """Call a bundle off; the job stops within a second or so. Refuses (409) one that is made, or never will be."""
    row = selectors.export_for_update(export_id, by)
    refuse_stale(row.version, expected_version)
    if not row.is_unfinished:
        raise Conflict("This bundle is not being made any more.", code="export_finished")
    return cancelled(row, by)


def cancelled(row: Export, by: Actor) -> Export:
    """A locked, unfinished bundle, never to be made."""
    row.status, row.finished_at = ExportStatus.CANCELLED, clock.now()
    event = ExportCancelled(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, audience=row.audience
    )  # fmt: skip
    ledger.record(event, by=by, row=row, fields=["status", "finished_at"])
    announce_exports(row)
    return row


def checked(record: RecordRef, audience: str, recipient: str, purpose: str, about_id: UUID | None) -> Audience:
    """The audience; refuses (422) an unknown one, and what a bundle cannot be without, field by field."""
    fields = {}
    if audience not in Audience.values:
        raise Invalid("Choose who the bundle is for.", fields={"audience": "Choose one of the audiences."})
    for name, text, longest, sentence in (
        ("recipient", recipient, LONGEST_RECIPIENT, "Write who receives the bundle."),
        ("purpose", purpose, LONGEST_PURPOSE, "Write what the bundle is for."),
    ):
        if not text.strip():
            fields[name] = sentence
        elif len(text.strip()) > longest:
            fields[name] = f"Use at most {longest} characters."
    if PROFILES[Audience(audience)].names_a_person and not _is_named(record, about_id):
        fields["about_id"] = "Choose the person whom the bundle is about; name them in the record first."
    if fields:
        raise Invalid("The bundle was not asked for: something is missing.", fields=fields)
    return Audience(audience)


def _is_named(record: RecordRef, about_id: UUID | None) -> bool:
    if about_id is None:
        return False
    named = Mention.objects.filter(record_id=record.id, id=about_id, kind=EntityKind.PERSON, ended_at=None)
    # Who reported is nobody's to name, not even as the person concerned.
    return named.exclude(part=Part.REPORTER).exists()
