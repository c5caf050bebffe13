# SPDX-License-Identifier: Apache-2.0
"""Making a bundle, as the person who asked for it, without holding a transaction open while files are copied."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.oversight import SightKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.selectors import organisation
from longwatch.access.services.sight import saw
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.environment import EXPORT_DAYS, current
from longwatch.core.errors import Conflict, LongwatchError
from longwatch.core.keys import EXPORT, load_key
from longwatch.evidence.copies import dangers
from longwatch.evidence.models import CustodyKind, Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services import custody
from longwatch.evidence.unsealing import pieces
from longwatch.exchange import selectors
from longwatch.exchange.assembling import Made, Plan, assemble
from longwatch.exchange.at_rest import SealedBundle
from longwatch.exchange.audiences import PROFILES, Audience
from longwatch.exchange.content import Content, find_record, read_content
from longwatch.exchange.events import ExportCreated, ExportFailed
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.provenance import provenance_of
from longwatch.exchange.redaction import redact
from longwatch.exchange.report import report
from longwatch.exchange.services.progress import CalledOff, Teller, announce_exports
from longwatch.exchange.services.requesting import cancelled
from longwatch.exchange.signing import SigningKey
from longwatch.ledger.anchors.configured import authorities
from longwatch.ledger.anchors.keeping import stamp_of
from longwatch.ledger.proofs import keys as ledger_keys
from longwatch.ledger.proofs import latest_checkpoint
from longwatch.ledger.sealing import seal_now
from longwatch.records.briefing_pages import marking
from longwatch.records.briefing_pdf import briefing_pdf

LONGEST_FAILURE = 300


def build(export_id: UUID, account_id: UUID) -> ExportStatus | None:
    """Make the bundle; returns what became of it, None when it is not there (any more) for whoever asked for it."""
    found = _asked(export_id, account_id)
    if found is None:
        return None
    export, by = found
    part = part_of(export)
    try:
        return _built(export, by, part)
    except CalledOff:
        return _called_off(export, by)
    except LongwatchError as refusal:
        return _failed(export, refusal.sentence, by)
    except Exception:
        _failed(export, _("Something went wrong while the bundle was made; the log of the worker tells what."), by)
        raise
    finally:
        part.unlink(missing_ok=True)


def _built(export: Export, by: Actor, part: Path) -> ExportStatus:
    tell = Teller(export, by)
    tell("ledger", 0, 0)
    # What happened up to now gets its place in the tree; if that is refused, what is sealed already goes along.
    with suppress(LongwatchError):
        seal_now()
    tell("reading", 0, 0)
    with acting_as(by):
        plan = plan_of(export, by)
    plan = stamped(plan)
    with new_private_file(part) as file:
        stream = SealedBundle(file, export.id)
        made = assemble(cast("IO[bytes]", stream), plan, _opener(by), tell)
        stream.finish()
        file.flush()
        os.fsync(file.fileno())
    return _finished(export, plan, replace(made, size=stream.size, sha256=stream.sha256), part, by)


def plan_of(export: Export, by: Actor) -> Plan:
    """Everything that goes into the bundle, read in the transaction of the caller."""
    require(by, Permission.RECORD_EXPORT)
    record, row, _reader = find_record(export.record_kind, export.record_id, by)
    audience = Audience(export.audience)
    content = read_content(record, row, by)
    release = redact(
        content.items, PROFILES[audience], selectors.decided(selectors.decisions(record.id, audience)),
        staff=content.staff, about=str(export.about_id or ""), by_counsel=by.may(Permission.PRIVILEGE_WORK),
    )  # fmt: skip
    checkpoint = latest_checkpoint()
    words = _("For %(recipient)s only") % {"recipient": export.recipient}
    briefing = report(record, release, marking=words, viewer=str(audience.label))
    return Plan(
        name=export.bag_name, export_id=str(export.id), organisation=organisation(record.org_id).name,
        content=content, release=release,
        provenance=provenance_of(content, release, checkpoint), key=SigningKey(load_key(EXPORT)),
        made_at=clock.now(), requested_by=by.label, recipient=export.recipient, purpose=export.purpose,
        marking=marking(row.compartment), pdf=briefing_pdf(briefing), dangers=_dangers(content),
        password=settings.MALWARE_PASSWORD,
        policy="".join(f"log {key.vkey}\n" for key in ledger_keys()) + "quorum none\n",
    )  # fmt: skip


def _dangers(content: Content) -> dict[str, list[str]]:
    """By exhibit why it is dangerous, in words that tell nothing of what was found or said."""
    found = dangers(content.exhibits.values())
    return {str(exhibit_id): sorted({each.word for each in why}) for exhibit_id, why in found.items()}


def stamped(plan: Plan) -> Plan:
    """The same with the time-stamp of its checkpoint, when an authority is configured and answers."""
    checkpoint = plan.provenance.checkpoint
    stamp = stamp_of(checkpoint) if checkpoint is not None else b""
    known = authorities(current())
    found = known.read_bytes() if stamp and known is not None and known.is_file() else b""
    return replace(plan, timestamp=stamp, authorities=found)


def kept() -> timedelta:
    """How long the file of a bundle waits to be downloaded."""
    return timedelta(days=current().number(EXPORT_DAYS))


def directory() -> Path:
    """Where bundles wait to be downloaded; nobody but Longwatch looks into it."""
    found = Path(settings.EXPORT_DIRECTORY)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def file_of(export: Export) -> Path:
    """The bundle's file, when it is ready."""
    return directory() / f"{export.id.hex}.zip"


def part_of(export: Export) -> Path:
    """The file while it is written."""
    return directory() / f".{export.id.hex}.part"


def new_private_file(path: Path) -> BinaryIO:
    """A new file that nobody else can read; what an earlier try left is gone."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _asked(export_id: UUID, account_id: UUID) -> tuple[Export, Actor] | None:
    account = Account.objects.filter(id=account_id, is_active=True).first()
    if account is None:
        return None
    actor = actor_of(account, via="job")
    with acting_as(actor):
        export = Export.objects.filter(id=export_id, status=ExportStatus.QUEUED).first()
    if export is None:
        return None
    # No more than was allowed when it was asked for, and no more than is allowed now.
    return export, replace(actor, permissions=actor.permissions & frozenset(export.permissions))


def _opener(by: Actor) -> Callable[[Exhibit], Iterator[bytes]]:
    """Opens exhibits in transactions of their own: the key is read then, the bytes come later."""

    def chunks(row: Exhibit) -> Iterator[bytes]:
        with acting_as(by):
            content = open_exhibit(row)
        return _closing(content)

    def _closing(content: object) -> Iterator[bytes]:
        with content as opened:  # type: ignore[attr-defined]
            yield from pieces(opened)

    return chunks


def _finished(export: Export, plan: Plan, made: Made, part: Path, by: Actor) -> ExportStatus:
    with acting_as(by):
        row = selectors.export_for_update(export.id, by)
        if row.status != ExportStatus.QUEUED or selectors.is_recalled(row.record_id, row.requested_at):
            raise CalledOff
        _refuse_endangered(plan, made)
        row.status, row.finished_at = ExportStatus.READY, clock.now()
        row.expires_at, row.size = row.finished_at + kept(), made.size
        row.sha256, row.tagmanifest_sha256, row.counts = made.sha256, made.tagmanifest_sha256, made.counts
        row.compartments = _inside(plan)
        event = ExportCreated(
            subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, audience=row.audience,
            recipient=row.recipient, purpose=row.purpose, sha256=row.sha256, tagmanifest_sha256=row.tagmanifest_sha256,
            size=made.size, counts=made.counts,
        )  # fmt: skip
        fields = ["status", "finished_at", "expires_at", "size", "sha256", "tagmanifest_sha256", "counts"]
        ledger.record(event, by=by, row=row, fields=[*fields, "compartments"])
        _custody(plan, made, row, by)
        saw(row.record_kind, row.record_id, row.compartments, how=SightKind.EXPORTED, by=by)
        announce_exports(row)
        # The sweep goes by this time.
        os.utime(part, (row.expires_at.timestamp(),) * 2)
        part.replace(file_of(export))
    return ExportStatus.READY


def _inside(plan: Plan) -> list[UUID]:
    """The compartments that something in the bundle lies in."""
    left = {each.item.compartment for each in plan.release.judged if each.is_in and each.item.compartment}
    return sorted({plan.content.record.compartment_id, *left}, key=str)


def _refuse_endangered(plan: Plan, made: Made) -> None:
    """Refuses (409) a bundle that holds a file as it is which was found dangerous while the bundle was made."""
    as_it_is = set(made.exhibits) - set(made.archived)
    if dangers(plan.content.exhibits[each] for each in as_it_is):
        sentence = _("A file was found dangerous while the bundle was made. Make it again.")
        raise Conflict(sentence, code="found_dangerous")


def _custody(plan: Plan, made: Made, export: Export, by: Actor) -> None:
    words = {"recipient": export.recipient, "audience": Audience(export.audience).label}
    as_it_is = _("Export for %(recipient)s (%(audience)s)") % words
    archived = _("Export for %(recipient)s (%(audience)s), in an encrypted archive") % words
    inside = set(made.archived)
    for exhibit_id in made.exhibits:
        exhibit = plan.content.exhibits[exhibit_id]
        reason = archived if exhibit_id in inside else as_it_is
        custody.note(exhibit, CustodyKind.EXPORTED, reason=reason[:500], by=by)


def _called_off(export: Export, by: Actor) -> ExportStatus:
    """Whoever cancelled it wrote that down; when its content is let go, nobody did yet."""
    with suppress(LongwatchError), acting_as(by):
        row = selectors.export_for_update(export.id, by)
        if row.status == ExportStatus.QUEUED and selectors.is_recalled(row.record_id, row.requested_at):
            cancelled(row, by)
    return ExportStatus.CANCELLED


def _failed(export: Export, sentence: str, by: Actor) -> ExportStatus | None:
    with suppress(LongwatchError), acting_as(by):
        row = selectors.export_for_update(export.id, by)
        if row.status == ExportStatus.QUEUED:
            row.status, row.finished_at, row.failure = ExportStatus.FAILED, clock.now(), sentence[:LONGEST_FAILURE]
            event = ExportFailed(
                subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id,
                audience=row.audience, failure=row.failure,
            )  # fmt: skip
            ledger.record(event, by=by, row=row, fields=["status", "finished_at", "failure"])
            announce_exports(row)
    return ExportStatus.FAILED
