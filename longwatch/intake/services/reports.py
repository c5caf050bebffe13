# SPDX-License-Identifier: Apache-2.0
"""Reports of people: taken in from the form, found again by their receipt, listed for whoever sent them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, Organisation
from longwatch.access.roles import Permission, Role
from longwatch.core import actor as actors
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.evidence.services.receiving import Upload, add_public_attachment
from longwatch.intake import receipts, selectors
from longwatch.intake.arrival import Received
from longwatch.intake.models import REPORT_SLUG, SignalKind, Source
from longwatch.intake.naming import names_in, neutral_name
from longwatch.intake.services.enclosing import accounts_named, enclose_identity, enclose_report, names_of
from longwatch.intake.services.identities import keep_identity
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.sources import create_source
from longwatch.intake.services.threads import open_thread, opened_by
from longwatch.intake.submission import EntityIn, SignalIn
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

LONGEST_TITLE = 120
MOST_OWN = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told, checked by the form."""

    what: str
    receipt: str
    severity: int
    category: str = ""
    where: str = ""
    latitude: float | None = None
    longitude: float | None = None
    occurred_at: datetime | None = None
    when: str = ""
    who: str = ""
    contact: Mapping[str, str] | None = None
    # Whom the reporter keeps out, as typed.
    keep_from: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ReportState:
    """As much as a reporter may know of a report."""

    received_at: datetime
    state: str
    title: str = ""
    place: str = ""


@transaction.atomic
def submit(
    org: Organisation, report: Report, files: Sequence[Upload], *, by: Actor, asker: str = ""
) -> Received:  # fmt: skip
    """Store a report with its files and its exchange, all of it or nothing; the same receipt again stores nothing new.

    Who the reporter is goes to the custodians, not into the report. Whoever the reporter names never sees any of it.
    """
    tag = receipts.tag_of(report.receipt, asker)
    if tag is None:
        raise Conflict(_("This page was open for too long. Check it and send it again."), code="receipt_missing")
    opened = opened_by(tag)
    if opened is not None:
        return Received(opened.signal_id, False, 1, 0)
    source = report_source(org)
    kept_out, unknown = accounts_named(org.id, report.keep_from)
    home = source.compartment_id
    if names_of(report.keep_from):
        home = enclose_report(_compartment(org, home), kept_out, by=by).id
    received = receive(
        source, _payload(report, tag), by=by, report=_beside(report, unknown, by),
        compartment=home if home != source.compartment_id else None,
    )  # fmt: skip
    if not received.created:
        return received
    open_thread(received.signal_id, home, tag, by=by)
    if report.contact:
        keep_identity(received.signal_id, report.contact, enclose_identity(received.signal_id, kept_out, by=by), by=by)
    ref = RecordRef(RecordKind.SIGNAL, received.signal_id, org.id, home, "", title_of(report.what), False)
    for each in files:
        add_public_attachment(ref, each, name=neutral_name(each, by), by=by)
    return received


def _compartment(org: Organisation, compartment_id: UUID) -> Compartment:
    """The compartment that reports go to, which nobody who reports can see."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_readers(%s)", [compartment_id])
        roles = list(cursor.fetchone()[0] or [])
    return Compartment(id=compartment_id, org=org, reader_roles=roles)


def report_source(org: Organisation) -> Source:
    """The source that reports come from, made when the form is used for the first time.

    Refuses (409) when the organisation has nobody who administers it: then nobody would read the report either.
    """
    found = selectors.report_source(org.id)
    if found is not None:
        return found
    administrator = Account.objects.filter(org=org, is_active=True, roles__contains=[Role.ADMINISTRATOR]).first()
    if administrator is None:
        raise Conflict(_("This organisation has not set up its report form yet."), code="report_form_missing")
    system = actors.system(org.id, frozenset({str(Permission.SOURCE_MANAGE)}), via="report form")
    # The database lets only the organisation's own people add sources; the ledger names who really did it.
    with acting_as(actor_of(administrator)):
        create_source(name="Report form", slug=REPORT_SLUG, kind=SignalKind.REPORT, by=system)
    made = selectors.report_source(org.id)
    if made is None:
        raise Conflict(_("This organisation takes no reports here just now."), code="report_form_missing")
    return made


def own_reports() -> list[ReportState]:
    """The reports that whoever asks sent while signed in, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select received_at, state, title, place from my_reports(%s)", [MOST_OWN])
        return [ReportState(*row) for row in cursor.fetchall()]


def title_of(what: str) -> str:
    """The beginning of what was told, cut at a word."""
    line = " ".join(what.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rpartition(" ")[0].rstrip(",;:.") + "…"


def _payload(report: Report, tag: bytes) -> bytes:
    signal = SignalIn(
        title=title_of(report.what), description=report.what, severity=int(report.severity), kind="report",
        dedup_key=receipts.once_key(tag), occurred_at=report.occurred_at, place=report.where,
        latitude=report.latitude, longitude=report.longitude, tags=[report.category] if report.category else [],
        entities=[EntityIn("person", name) for name in names_in(report.who)],
    )  # fmt: skip
    told = {"when": report.when, "who": report.who, "language": report.language}
    return msgspec.json.encode(msgspec.to_builtins(signal) | told)


def _beside(report: Report, unknown: Sequence[str], by: Actor) -> dict[str, Any]:
    beside: dict[str, Any] = {
        "category": report.category, "when": report.when, "who": report.who, "language": report.language,
    }  # fmt: skip
    if report.contact:
        beside["identity"] = True
    if names_of(report.keep_from):
        beside |= {"keep_from": names_of(report.keep_from), "keep_from_unknown": list(unknown)}
    if by.kind == actors.ActorKind.ACCOUNT:
        beside["account"] = str(by.id)
    return beside
