# SPDX-License-Identifier: Apache-2.0
"""The one way from a case to an incident: somebody publishes, on purpose, and both sides keep it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Compartment
from longwatch.access.permission import require
from longwatch.cases import publishing_rules, rules, selectors
from longwatch.cases.events import PublicationRequested, PublicationWithdrawn, Published
from longwatch.cases.models import Publication
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotFound, refuse_stale
from longwatch.incidents.services.notices import Target, Wording, nameless, put_up, take_down
from longwatch.records import selectors as record_selectors
from longwatch.web.live import announce


@dataclass(frozen=True, slots=True)
class Origin:
    """From where it is published: a part of a case that the actor is inside, perhaps one line of it."""

    case_id: UUID
    section_id: UUID | None = None
    source_id: UUID | None = None


def targets(case_id: UUID) -> list[Target]:
    """The incidents that the case is tied to, with who reads them, for whoever is inside a part of it."""
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_incidents_of(%s)", [case_id])
        return [Target(row[0], row[1], row[2], row[3], row[4], tuple(row[5])) for row in cursor.fetchall()]


@transaction.atomic
def publish(origin: Origin, incident_id: UUID, wording: Wording, *, show_name: bool = False, by: Actor) -> Publication:
    """Publish a lookout, a safety instruction, a stand-down or a safety need to an incident of the case.

    From a privileged section it waits until counsel agrees as a second person. Whoever reads the incident learns
    nothing of the case; of the publisher only when `show_name`.
    """
    place = _place(origin)
    rule = publishing_rules.refuse_source(place.section, wording.kind, by.permissions)
    target = _target(origin.case_id, incident_id)
    publishing_rules.refuse_words(wording.kind, wording.about, wording.text, wording.expires_at, clock.now())
    publishing_rules.refuse_leaks(f"{wording.about} {wording.text}", *selectors.called(origin.case_id))
    if origin.source_id is not None and _line_compartment(origin) != place.id:
        raise NotFound
    row = Publication(
        org_id=by.org_id, compartment_id=place.id, case_id=origin.case_id, incident_id=target.id,
        incident_reference=target.reference, kind=wording.kind, about=wording.about.strip(),
        text=wording.text.strip(), source_id=origin.source_id, show_name=show_name, expires_at=wording.expires_at,
        requested_by_id=by.id,
    )  # fmt: skip
    announce(f"record:{origin.case_id}", place.id)
    if rule.approver is None:
        row.notice_id = put_up(target, _wording(row), by=by if show_name else nameless(by)).id
        return ledger.record_created(_published(row), by=by, row=row)
    event = PublicationRequested(
        subject_id=row.id, record_id=origin.case_id, compartment_id=place.id, incident=target.reference,
        kind=row.kind, text=row.text, expires_at=row.expires_at,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def approve(case_id: UUID, publication_id: UUID, *, by: Actor, expected_version: int | None = None) -> Publication:
    """Agree, as counsel and a second person, that something privileged goes out; from then on it is up."""
    row = _locked(case_id, publication_id)
    place = access_selectors.section_inside(case_id, row.compartment_id)
    approver = publishing_rules.PUBLISHING[place.section].approver
    if approver is not None:
        require(by, approver)
    refuse_stale(row.version, expected_version)
    waiting = approver is not None and row.notice_id is None and row.withdrawn_at is None
    publishing_rules.refuse_approval(waiting=waiting, own=by.id == row.requested_by_id)
    publishing_rules.refuse_words(row.kind, row.about, row.text, row.expires_at, clock.now())
    target = _target(case_id, row.incident_id)
    asker = nameless(by)
    row.notice_id = put_up(target, _wording(row), by=asker).id
    row.approved_by_id, row.approved_at = by.id, clock.now()
    announce(f"record:{case_id}", place.id)
    return ledger.record(_published(row), by=by, row=row, fields=["notice_id", "approved_by", "approved_at"])


@transaction.atomic
def withdraw(
    case_id: UUID, publication_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> Publication:
    """Take back what was published, or asked to be, for a reason that stays on the case's side."""
    row = _locked(case_id, publication_id)
    place = access_selectors.section_inside(case_id, row.compartment_id)
    require(by, publishing_rules.PUBLISHING[place.section].permission)
    refuse_stale(row.version, expected_version)
    rules.refuse_reason(reason, _("Say why it holds no longer."))
    if row.withdrawn_at is not None:
        return row
    if row.notice_id is not None:
        take_down(row.notice_id, by=by if row.show_name and by.id == row.requested_by_id else nameless(by))
    row.withdrawn_by_id, row.withdrawn_at = by.id, clock.now()
    event = PublicationWithdrawn(
        subject_id=row.id, record_id=case_id, compartment_id=row.compartment_id, incident=row.incident_reference,
        text=row.text, reason=reason.strip(),
    )  # fmt: skip
    announce(f"record:{case_id}", row.compartment_id)
    return ledger.record(event, by=by, row=row, fields=["withdrawn_by", "withdrawn_at"])


def publications(case_id: UUID) -> list[Publication]:
    """What went out of the parts of the case that the reader is inside, newest first."""
    found = Publication.objects.filter(case_id=case_id).order_by("-requested_at", "-id")
    return list(found.select_related("requested_by", "approved_by", "withdrawn_by", "compartment"))


def _place(origin: Origin) -> Compartment:
    if origin.section_id is not None:
        return access_selectors.section_inside(origin.case_id, origin.section_id)
    return access_selectors.section_inside(origin.case_id, selectors.case(origin.case_id).compartment_id)


def _target(case_id: UUID, incident_id: UUID) -> Target:
    found = next((target for target in targets(case_id) if target.id == incident_id), None)
    if found is None:
        raise NotFound
    if found.closed:
        sentence = _("Nothing was published because %(reference)s is closed. Reopen it first.")
        raise Conflict(sentence % {"reference": found.reference}, code="record_closed")
    return found


def _line_compartment(origin: Origin) -> UUID:
    assert origin.source_id is not None
    return record_selectors.entry(origin.case_id, origin.source_id).compartment_id


def _locked(case_id: UUID, publication_id: UUID) -> Publication:
    row = Publication.objects.select_for_update().filter(case_id=case_id, id=publication_id).first()
    if row is None:
        raise NotFound
    return row


def _wording(row: Publication) -> Wording:
    return Wording(kind=row.kind, text=row.text, about=row.about, expires_at=row.expires_at)


def _published(row: Publication) -> Published:
    return Published(
        subject_id=row.id, record_id=row.case_id, compartment_id=row.compartment_id, incident=row.incident_reference,
        kind=row.kind, about=row.about, text=row.text, expires_at=row.expires_at, source_id=row.source_id,
    )  # fmt: skip
