# SPDX-License-Identifier: Apache-2.0
"""Opening a case, and saying better what it is about."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import CompartmentKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.compartments import open_compartment
from longwatch.cases import rules, selectors
from longwatch.cases.events import CaseAmended, CaseOpened
from longwatch.cases.models import Case
from longwatch.cases.services.informing import attach_known
from longwatch.cases.services.linking import take_in_incident, take_in_signals
from longwatch.cases.services.people import name_lead
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.ids import case_reference
from longwatch.web.live import announce

ATTEMPTS = 5


@transaction.atomic
def open_case(
    *,
    title: str,
    type: str,  # noqa: A002 - the word people use
    summary: str = "",
    incident_ids: Sequence[UUID] = (),
    signal_ids: Sequence[UUID] = (),
    lead_id: UUID | None = None,
    by: Actor,
) -> Case:
    """Open a case in a compartment of its own, whose first member is the opener; ties what it comes from to it."""
    access_selectors.hold_people(lead_id)
    require(by, Permission.CASE_OPEN)
    rules.refuse_description(title, type, summary)
    case = with_fresh_reference(
        lambda reference: _insert(reference, title.strip(), type, summary.strip(), by), fresh_references()
    )
    record = selectors.case_ref(case)
    for incident_id in dict.fromkeys(incident_ids):
        take_in_incident(incident_id, record, reason="", by=by)
    if signal_ids:
        take_in_signals(signal_ids, record, by=by)
    attach_known(record, signal_ids=signal_ids, incident_ids=incident_ids, by=by)
    return name_lead(case.id, lead_id, by=by) if lead_id is not None else case


def fresh_references() -> Iterator[str]:
    """Random references, as many as one may try."""
    return (case_reference() for _attempt in range(ATTEMPTS))


def with_fresh_reference(insert: Callable[[str], Case], references: Iterator[str]) -> Case:
    """Insert under the first reference that nobody has; a taken one may belong to a case the actor cannot see."""
    for reference in references:
        try:
            with transaction.atomic():
                return insert(reference)
        except IntegrityError as error:
            if "cases_case_reference" not in str(error):
                raise
    raise Conflict("No free case reference was found. Try again.", code="no_reference")


def _insert(reference: str, title: str, type_: str, summary: str, by: Actor) -> Case:
    case = Case(
        id=_random_id(), org_id=by.org_id, reference=reference, title=title, type=type_, summary=summary,
        opened_by_id=by.id,
    )  # fmt: skip
    # The compartment comes first: its founder is inside it, so the database lets them insert the case.
    compartment = open_compartment(name=reference, kind=CompartmentKind.RECORD, record_id=case.id, by=by)
    case.compartment = compartment
    event = CaseOpened(
        subject_id=case.id, record_id=case.id, compartment_id=compartment.id,
        reference=reference, title=title, type=type_,
    )  # fmt: skip
    announce("cases", compartment.id)
    return ledger.record_created(event, by=by, row=case)


def _random_id() -> UUID:
    """Wholly random: a time-ordered identifier would tell when a case was opened to whoever meets it."""
    return uuid4()


@transaction.atomic
def amend_case(
    case_id: UUID,
    *,
    title: str | None = None,
    type: str | None = None,  # noqa: A002 - the word people use
    summary: str | None = None,
    by: Actor,
    expected_version: int | None = None,
) -> Case:
    """Change title, type or summary; what it said before stays in the history. Saying the same changes nothing."""
    case = selectors.case_for_update(case_id, expected_version)
    require(by, Permission.CASE_WORK)
    rules.refuse_frozen(case.status, "The change")
    before = {"title": case.title, "type": case.type, "summary": case.summary}
    wanted = {"title": title, "type": type, "summary": summary}
    after = before | {name: value.strip() for name, value in wanted.items() if value is not None}
    rules.refuse_description(after["title"], after["type"], after["summary"])
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return case
    case.title, case.type, case.summary = after["title"], after["type"], after["summary"]
    event = CaseAmended(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    announce(f"record:{case.id}", case.compartment_id)
    return ledger.record(event, by=by, row=case, fields=changed)
