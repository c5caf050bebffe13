# SPDX-License-Identifier: Apache-2.0
"""Reports of people: taken in from the form, found again by their receipt, listed for whoever sent them."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Organisation
from longwatch.access.roles import Permission, Role
from longwatch.core import actor as actors
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.evidence.services.receiving import Upload, add_public_attachment
from longwatch.intake import selectors
from longwatch.intake.arrival import Received
from longwatch.intake.models import SignalKind, Source
from longwatch.intake.naming import names_in
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.sources import create_source
from longwatch.intake.submission import EntityIn, SignalIn
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef

REPORT_SLUG = "report-form"
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
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ReportState:
    """As much as a reporter may know of a report."""

    received_at: datetime
    state: str
    title: str = ""
    place: str = ""


@transaction.atomic
def submit(org: Organisation, report: Report, files: Sequence[Upload], *, by: Actor) -> Received:
    """Store a report with its files, all of it or nothing; the same receipt again stores nothing new.

    The reporter's contact stays out of the raw payload, which is kept for ever.
    """
    source = report_source(org)
    received = receive(source, _payload(report), by=by, report=_beside(report, by))
    if received.created:
        ref = RecordRef(
            RecordKind.SIGNAL, received.signal_id, org.id, source.compartment_id, "", title_of(report.what), False
        )
        for each in files:
            add_public_attachment(ref, each, name=each.name or "", by=by)
    return received


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


def state_of(receipt: str) -> ReportState | None:
    """What may be told about the report with a receipt number, however the number was typed."""
    with connection.cursor() as cursor:
        cursor.execute("select received_at, state from report_by_receipt(%s)", [receipt_hash(receipt)])
        row = cursor.fetchone()
    return ReportState(*row) if row else None


def own_reports() -> list[ReportState]:
    """The reports that whoever asks sent while signed in, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("select received_at, state, title, place from my_reports(%s)", [MOST_OWN])
        return [ReportState(*row) for row in cursor.fetchall()]


def receipt_hash(receipt: str) -> str:
    """What is kept of a receipt number: a hash under the server's own key, useless without both."""
    digits = "".join(character for character in receipt if character.isdecimal())
    key = hashlib.sha256(b"longwatch receipt" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()


def title_of(what: str) -> str:
    """The beginning of what was told, cut at a word."""
    line = " ".join(what.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rpartition(" ")[0].rstrip(",;:.") + "…"


def _payload(report: Report) -> bytes:
    signal = SignalIn(
        title=title_of(report.what), description=report.what, severity=int(report.severity), kind="report",
        dedup_key=receipt_hash(report.receipt), occurred_at=report.occurred_at, place=report.where,
        latitude=report.latitude, longitude=report.longitude, tags=[report.category] if report.category else [],
        entities=[EntityIn("person", name) for name in names_in(report.who)],
    )  # fmt: skip
    told = {"when": report.when, "who": report.who, "language": report.language}
    return msgspec.json.encode(msgspec.to_builtins(signal) | told)


def _beside(report: Report, by: Actor) -> dict[str, Any]:
    beside: dict[str, Any] = {
        "receipt": receipt_hash(report.receipt), "category": report.category, "when": report.when, "who": report.who,
        "contact": dict(report.contact or {}), "language": report.language,
    }  # fmt: skip
    if by.kind == actors.ActorKind.ACCOUNT:
        beside["account"] = str(by.id)
    return beside
