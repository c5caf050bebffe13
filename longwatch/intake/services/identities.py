# SPDX-License-Identifier: Apache-2.0
"""Who a reporter is: sealed for custodians, told to one person for a time, by a custodian's decision."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.models import Compartment
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.discretion import fresh_id, moment_of
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.intake import receipts
from longwatch.intake.models import Disclosure, DisclosureState, Identity, Signal
from longwatch.intake.reporter_events import (
    DisclosureAsked,
    DisclosureDenied,
    DisclosureGranted,
    IdentityKept,
    IdentityRead,
)
from longwatch.intake.services.enclosing import columns

PURPOSE = "identity"
LONGEST = 2000
LONGEST_DAYS = 30


def keep_identity(signal_id: UUID, contact: Mapping[str, str], compartment: Compartment, *, by: Actor) -> Identity:
    """Seal what a reporter said about themself, in the report's identity compartment."""
    row = Identity(
        id=fresh_id(by), org_id=by.org_id, compartment_id=compartment.id, signal_id=signal_id,
        sealed=receipts.seal(contact, PURPOSE), given_at=moment_of(by),
    )  # fmt: skip
    event = IdentityKept(subject_id=row.id, record_id=signal_id, compartment_id=compartment.id)
    row.version = ledger.append(event, by=by, row=row)
    with connection.cursor() as cursor:
        cursor.execute("select intake_keep_identity(%s)", [columns(row)])
    return row


@transaction.atomic
def read_identity(signal_id: UUID, *, by: Actor) -> dict[str, str]:
    """What the reporter said about themself; that it was read is recorded.

    Refuses (404) everybody but custodians and those whom a custodian told, while that lasts.
    """
    row = Identity.objects.filter(signal_id=signal_id).first()
    if row is None:
        raise NotFound
    event = IdentityRead(subject_id=row.id, record_id=signal_id, compartment_id=row.compartment_id, reader=by.label)
    ledger.append(event, by=by)
    return receipts.unseal(bytes(row.sealed), PURPOSE) or {}


@transaction.atomic
def ask_for_identity(signal_id: UUID, motivation: str, *, by: Actor) -> Disclosure:
    """Ask the custodian who sent a report; refuses (409) when nothing is known, or the actor has asked already."""
    require(by, Permission.SIGNAL_TRIAGE)
    signal = Signal.objects.filter(id=signal_id).first()
    if signal is None:
        raise NotFound
    if not signal.report.get("identity"):
        raise Conflict(_("This reporter is anonymous: there is nothing to disclose."), code="reporter_anonymous")
    if not motivation.strip():
        raise Invalid(_("Say why you must know."), fields={"motivation": _("Say why you must know.")})
    if Disclosure.objects.filter(signal_id=signal_id, asked_by_id=by.id, state=DisclosureState.ASKED).exists():
        raise Conflict(_("You have asked already. The custodian has not decided yet."), code="already_asked")
    row = Disclosure(
        org_id=by.org_id, compartment_id=signal.compartment_id, signal_id=signal_id,
        identity_compartment_id=_identity_compartment(signal_id), asked_by_id=by.id,
        motivation=motivation.strip()[:LONGEST],
    )  # fmt: skip
    event = DisclosureAsked(
        subject_id=row.id, record_id=signal_id, compartment_id=signal.compartment_id, motivation=row.motivation
    )
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def grant(disclosure_id: UUID, *, days: int, note: str, by: Actor, expected_version: int | None = None) -> Disclosure:
    """Tell the one who asked, for so many days."""
    row = _to_decide(disclosure_id, by, expected_version)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("Choose 1 to 30 days."), fields={"days": _("Choose 1 to 30 days.")})
    row.until = clock.now() + timedelta(days=days)
    event = DisclosureGranted(**_about(row), told=row.asked_by.name, until=row.until, note=note.strip()[:LONGEST])
    return _decided(row, DisclosureState.GRANTED, note, event, by)


@transaction.atomic
def deny(disclosure_id: UUID, *, note: str, by: Actor, expected_version: int | None = None) -> Disclosure:
    """Refuse, saying why."""
    row = _to_decide(disclosure_id, by, expected_version)
    if not note.strip():
        raise Invalid(_("Say why you refuse."), fields={"note": _("Say why you refuse.")})
    event = DisclosureDenied(**_about(row), told=row.asked_by.name, note=note.strip()[:LONGEST])
    return _decided(row, DisclosureState.DENIED, note, event, by)


def requests_to_custodian(by: Actor) -> list[Disclosure]:
    """The requests that the actor decides, or decided: those that wait first."""
    require(by, Permission.IDENTITY_DISCLOSE)
    rows = Disclosure.objects.select_related("asked_by", "decided_by").order_by("-asked_at")[:200]
    return sorted(rows, key=lambda row: row.state != DisclosureState.ASKED)


def disclosures_of(signal_id: UUID) -> list[Disclosure]:
    """Who asked for the identity behind a report, and what was decided."""
    rows = Disclosure.objects.filter(signal_id=signal_id)
    return list(rows.select_related("asked_by", "decided_by").order_by("-asked_at"))


def may_read(signal_id: UUID) -> bool:
    """Whether the identity behind a report is open to whoever asks, just now."""
    return Identity.objects.filter(signal_id=signal_id).exists()


def _to_decide(disclosure_id: UUID, by: Actor, expected_version: int | None) -> Disclosure:
    rows = Disclosure.objects.select_related("asked_by").select_for_update(of=("self",))
    row = rows.filter(id=disclosure_id).first()
    if row is None:
        raise NotFound
    require(by, Permission.IDENTITY_DISCLOSE)
    refuse_stale(row.version, expected_version)
    if row.asked_by_id == by.id:
        raise Conflict(_("Another custodian must decide on what you asked."), code="own_request")
    if row.state != DisclosureState.ASKED:
        raise Conflict(_("This was decided already."), code="already_decided")
    return row


def _decided(
    row: Disclosure, state: DisclosureState, note: str, event: DisclosureGranted | DisclosureDenied, by: Actor
) -> Disclosure:
    row.state, row.note = state, note.strip()[:LONGEST]
    row.decided_by_id, row.decided_at = by.id, clock.now()
    return ledger.record(event, by=by, row=row, fields=["state", "note", "decided_by", "decided_at", "until"])


def _about(row: Disclosure) -> dict[str, UUID]:
    return {"subject_id": row.id, "record_id": row.signal_id, "compartment_id": row.compartment_id}


def _identity_compartment(signal_id: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("select intake_identity_compartment(%s)", [signal_id])
        found = cursor.fetchone()[0]
    if found is None:
        raise Conflict(_("This reporter is anonymous: there is nothing to disclose."), code="reporter_anonymous")
    return UUID(str(found))
