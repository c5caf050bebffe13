# SPDX-License-Identifier: Apache-2.0
"""Of the world in which the access matrix asks: rooms inside a case, broken glass, a reporter's identity, a hand-over.

Each hangs on a record of its own, so that it changes nothing about the others.
"""

from datetime import date

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.leaving import HandOver
from longwatch.access.roles import Role
from longwatch.access.services.accounts import create_account
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.privilege import direct
from longwatch.cases.services.sections import open_section
from longwatch.cases.services.witnesses import add_witness
from longwatch.core.actor import Actor, public_reporter
from longwatch.evidence.services.uploading import begin_upload
from longwatch.intake.models import Thread
from longwatch.intake.services.identities import ask_for_identity
from longwatch.intake.services.reports import Report, submit
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef, placed
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.break_glass import break_glass
from longwatch.search.services.handing_over import close_account
from tests.personas import NAMES, Cast

RECEIPT = "9999-2222-3333-4444-5555"
WHY = "The gate guard cannot reach anybody of the case."


def make_rooms(cast: Cast) -> dict[str, str]:
    """One of each, by name."""
    return _privileged(cast) | _broken(cast) | _reported(cast) | _left(cast)


def begun_upload(record: RecordRef, by: Actor) -> str:
    """An upload of which nothing has come yet."""
    return str(begin_upload(record, length=10, name="later.txt", by=by).id)


def _case(title: str, by: Actor) -> Case:
    return open_case(title=title, type="other", lead_id=by.id, by=by)


def _privileged(cast: Cast) -> dict[str, str]:
    """A case of the lead with counsel's own section, and the lead's section of witnesses."""
    with acting_as(cast.lead):
        case = _case("What counsel thinks", cast.lead)
        add_member(case.id, cast.counsel.id, reason="Advises", by=cast.lead)
        witnesses = open_section(case.id, section="witness", name="Witnesses", by=cast.lead)
        witness = add_witness(case.id, witnesses.id, name="Wanda Window", contact="+49 30 1234", by=cast.lead)
    with acting_as(cast.counsel):
        place = open_section(case.id, section="privileged", by=cast.counsel)
        direct(case.id, place.id, directed_on=date(2026, 1, 2), matter="Doe v. Halden", basis="advice", by=cast.counsel)
        inside = placed(selectors.case_ref(selectors.case(case.id)), place.id)
        line = add_entry(inside, kind=EntryKind.NOTE, text="We would lose this", by=cast.counsel)
    return {
        "privileged": str(place.id), "privileged_entry": str(line.id), "witnesses": str(witnesses.id),
        "witness": str(witness.id), "advised_case": str(case.id),
    }  # fmt: skip


def _broken(cast: Cast) -> dict[str, str]:
    """A case of the lead alone, of which the supervisor broke the glass."""
    with acting_as(cast.lead):
        case = _case("Behind glass", cast.lead)
    with acting_as(cast.supervisor):
        row = break_glass(case.reference, reason_code="danger", reason=WHY, by=cast.supervisor)
    assert row is not None
    return {"glass": str(row.id), "glass_case": str(case.id)}


def _reported(cast: Cast) -> dict[str, str]:
    """A report whose sender is known to the custodian, for whom the analyst has asked; and one kept from somebody."""
    by = public_reporter(cast.organisation.id)
    report = Report(what="He takes money.", receipt=RECEIPT, severity=2, contact={"name": "Quirina Zwart"})
    kept = Report(what="She does too.", receipt=RECEIPT[::-1], severity=2, keep_from=NAMES["responder"][0])
    with acting_as(None):
        received = submit(cast.organisation, report, [], by=by)
        enclosed = submit(cast.organisation, kept, [], by=by)
    with acting_as(cast.analyst):
        disclosure = ask_for_identity(received.signal_id, "A threat to her life.", by=cast.analyst)
        thread = Thread.objects.get(signal_id=received.signal_id)
    return {
        "reported": str(received.signal_id), "enclosed": str(enclosed.signal_id),
        "thread": str(thread.id), "disclosure": str(disclosure.id),
    }  # fmt: skip


def _left(cast: Cast) -> dict[str, str]:
    """Somebody whose account was closed, and a case of theirs that waits for a successor; the lead is inside."""
    by = cast.administrator
    with acting_as(by):
        email = f"leaver-{cast.organisation.slug}@halden.test"
        leaver = create_account(email=email, name="Lara Leaver", roles=[Role.INVESTIGATOR], password=None, by=by)
    gone = actor_of(leaver)
    with acting_as(gone):
        case = _case("Left behind", gone)
        add_member(case.id, cast.lead.id, reason="Knows the site", by=gone)
    with acting_as(by):
        close_account(leaver.id, successors={"cases": cast.investigator.id}, reason="Left", by=by)
    with acting_as(cast.privacy):
        waiting = HandOver.objects.get(leaver_id=leaver.id, state="waiting")
    return {"hand_over": str(waiting.id), "left_case": str(case.id)}
