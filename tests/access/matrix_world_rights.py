# SPDX-License-Identifier: Apache-2.0
"""Of the world in which the access matrix asks: holds, disposals, requests of data subjects.

Each hangs on a closed case of its own, which counsel, the supervisor, the analyst, the investigator and the lead read.
"""

from longwatch.access.context import acting_as
from longwatch.access.oversight import Notice
from longwatch.lifecycle.models import Disposal, SubjectFinding
from longwatch.lifecycle.services.disposing import approve, propose, propose_person, propose_signals
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.lifecycle.services.holds import hold_entity, hold_record
from longwatch.records.reference import RecordRef
from tests.lifecycle.alone import lone_signals
from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON, a_closed_case
from tests.personas import NAMES, Cast


def make_rights(cast: Cast) -> dict[str, str]:
    """One of everything that the life cycle knows, by name."""
    gone, approved = _approved(cast), _approved(cast)
    assert carry_out(gone.id) == "done"
    lone_signals(cast, most=1)
    going, held = a_closed_case(cast), a_closed_case(cast)
    with acting_as(cast.privacy):
        person = propose_person(held.id, words=[PERSON], note="Asked", by=cast.privacy)
        disposal = _proposed(going, cast)
        signals = propose_signals(cast.signals.id, by=cast.privacy)
    with acting_as(cast.counsel):
        hold = hold_record(held, matter="3 O 12/26", reason="Sued", by=cast.counsel)
        wide = hold_entity("person", "Nobody at all", matter="4 O 12/26", reason="Sued", by=cast.counsel)
    request = a_request(cast)
    findings = found(cast, request)
    own, bare = a_request(cast, person=NAMES["reporter"][0]), a_request(cast, person="Nobody at all")
    with acting_as(cast.lead):
        notice = Notice.objects.latest("created_at")
    return {
        "going_case": str(going.id), "held_case": str(held.id), "gone_case": str(gone.record_id),
        "person": PERSON, "signals_place": str(cast.signals.id), "hold": str(hold.id), "wide_hold": str(wide.id),
        "disposal": str(disposal.id), "person_disposal": str(person.id), "gone_disposal": str(gone.id),
        "signals_disposal": str(signals.id), "approved_disposal": str(approved.id),
        "request": str(request.id), "own_request": str(own.id), "bare_request": str(bare.id),
        "notice": str(notice.id),
        "case_finding": str(_of(going, findings).id),
        "signal_finding": next(str(each.id) for each in findings if each.record_kind == "signal"),
        "account_finding": next(str(each.id) for each in found(cast, own) if each.record_kind == "account"),
    }  # fmt: skip


def _approved(cast: Cast) -> Disposal:
    record = a_closed_case(cast)
    with acting_as(cast.privacy):
        row = _proposed(record, cast)
    with acting_as(cast.lead):
        approve(row.id, by=cast.lead)
    return row


def _proposed(record: RecordRef, cast: Cast) -> Disposal:
    return propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)


def _of(record: RecordRef, findings: list[SubjectFinding]) -> SubjectFinding:
    return next(each for each in findings if each.record_id == record.id)
