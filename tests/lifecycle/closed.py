# SPDX-License-Identifier: Apache-2.0
"""Records with something of everything that names people, made by the services."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.cases import selectors as cases
from longwatch.cases.services.closure import Closure, approve_closure, request_closure
from longwatch.cases.services.people import add_member
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.models import LedgerEntry
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.timeline import add_entry
from tests.cases.material import WHOLE, a_case
from tests.personas import Cast

PERSON = "Jonas Weber"
LETTER = b"You will regret this.\n"


def an_incident(cast: Cast) -> RecordRef:
    """Open, and naming nobody."""
    with acting_as(cast.analyst):
        return incident_ref(open_incident(title="Doors", category="FA-01", restricted=False, by=cast.analyst))


def a_closed_case(cast: Cast) -> RecordRef:
    """Led by the lead; counsel and the supervisor are members; it names somebody, in words and in a letter."""
    by = cast.investigator
    with acting_as(by):
        case = a_case(cast, title=f"Threats by {PERSON}")
        add_member(case.id, cast.counsel.id, reason="Advises", by=by)
        record = cases.case_ref(case)
        add_mention(record, kind="person", value=PERSON, part="subject", by=by)
        add_entry(record, kind=EntryKind.NOTE, text=f"{PERSON} wrote again.", by=by)
        add_exhibit(record, SimpleUploadedFile("weber.txt", LETTER), by=by)
    with acting_as(cast.lead):
        request_closure(case.id, Closure(**WHOLE), by=cast.lead)
    with acting_as(cast.supervisor):
        approve_closure(case.id, by=cast.supervisor)
        return cases.case_ref(cases.case(case.id))


def actions_about(subject_id: UUID) -> list[str]:
    """The verbs of the entries about a row, oldest first, as the present actor may see them."""
    return list(LedgerEntry.objects.filter(subject_id=subject_id).order_by("id").values_list("action", flat=True))
