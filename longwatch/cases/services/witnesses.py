# SPDX-License-Identifier: Apache-2.0
"""Witnesses are W1, W2 … in a case; who they are and how to reach them stands in the witness section."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Compartment, Section
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.cases.events import WitnessAdded, WitnessContactShown
from longwatch.cases.models import WitnessKey
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.entities.services.mentions import add_mention
from longwatch.web.live import announce


@transaction.atomic
def add_witness(case_id: UUID, section_id: UUID, *, name: str, contact: str = "", by: Actor) -> WitnessKey:
    """Give a witness the next pseudonym: it is named in the case, the person in the witness section alone."""
    place = _witnesses(case_id, section_id)
    require(by, Permission.CASE_WORK)
    _refuse(name, contact)
    case = selectors.case_for_update(case_id)
    rules.refuse_frozen(case.status, "The witness")
    row = WitnessKey(
        org_id=by.org_id, compartment_id=place.id, case_id=case.id, pseudonym=f"W{_next_number(case.id)}",
        name=name.strip(), contact=contact.strip(),
    )  # fmt: skip
    add_mention(selectors.case_ref(case), kind="person", value=row.pseudonym, part="witness", by=by)
    event = WitnessAdded(subject_id=row.id, record_id=case.id, compartment_id=place.id, pseudonym=row.pseudonym)
    announce(f"record:{case.id}", place.id)
    return ledger.record_created(event, by=by, row=row)


def witnesses(section_id: UUID) -> list[WitnessKey]:
    """The key: who stands behind which pseudonym, for those inside the section."""
    return sorted(WitnessKey.objects.filter(compartment_id=section_id), key=lambda row: int(row.pseudonym[1:]))


@transaction.atomic
def show_contact(case_id: UUID, section_id: UUID, witness_id: UUID, *, reason: str, by: Actor) -> WitnessKey:
    """How to reach a witness, for a reason; the ledger keeps who looked and why."""
    place = _witnesses(case_id, section_id)
    rules.refuse_reason(reason, _("Say why you need it."))
    row = WitnessKey.objects.filter(compartment_id=place.id, id=witness_id).first()
    if row is None:
        raise NotFound
    event = WitnessContactShown(
        subject_id=row.id, record_id=case_id, compartment_id=place.id, pseudonym=row.pseudonym, reason=reason.strip()
    )
    ledger.append(event, by=by)
    return row


def masked(contact: str) -> str:
    """A contact of which no more shows than that there is one."""
    return "••••••" if contact else ""


def _witnesses(case_id: UUID, section_id: UUID) -> Compartment:
    place = access_selectors.section_inside(case_id, section_id)
    if place.section != Section.WITNESS:
        raise NotFound
    return place


def _next_number(case_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select cases_next_witness(%s)", [case_id])
        return int(cursor.fetchone()[0])


def _refuse(name: str, contact: str) -> None:
    fields = {}
    if not name.strip() or len(name.strip()) > 200:
        fields["name"] = _("Write the name, in at most 200 characters.")
    if len(contact.strip()) > 300:
        fields["contact"] = _("Use at most 300 characters.")
    if fields:
        raise Invalid(_("Nothing was saved; put right what is named."), fields=fields)
