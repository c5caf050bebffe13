# SPDX-License-Identifier: Apache-2.0
"""Opening and amending cases."""

import re
from collections.abc import Callable

import pytest

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Membership
from longwatch.cases import selectors
from longwatch.cases.events import CaseOpened
from longwatch.cases.models import Case
from longwatch.cases.services.opening import amend_case, open_case, with_fresh_reference
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.entities.models import Mention
from longwatch.intake.models import Signal
from longwatch.records.models import Link
from tests.cases.material import a_bare_case, an_incident, last_actions
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


class TestOpenCase:
    """open_case"""

    def test_makes_a_case_with_a_random_reference_and_its_own_compartment(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            one, two = a_bare_case(cast), a_bare_case(cast)
            members = Membership.objects.filter(compartment_id=one.compartment_id)
            assert re.fullmatch(r"CASE-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", one.reference)
            assert one.compartment_id != two.compartment_id
            assert [m.account_id for m in members] == [cast.investigator.id]
            assert last_actions(one.id) == ["case.opened"]

    def test_is_invisible_to_everybody_else(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
        for name in ("lead", "supervisor", "administrator", "auditor", "outsider", "hr", "counsel"):
            with acting_as(cast.actors[name]), pytest.raises(NotFound):
                selectors.case(case.id)

    def test_ties_incidents_with_the_hash_of_what_they_were(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.investigator):
            case = open_case(title="A", type="other", incident_ids=[incident.id, incident.id], by=cast.investigator)
            tie = Link.objects.get(to_id=case.id)
            assert (tie.kind, tie.from_id, len(tie.snapshot_sha256)) == ("handled_in", incident.id, 64)
            assert "link.added" in last_actions(case.id, 3)

    def test_takes_signals_in_with_whom_they_name(self, cast: Cast) -> None:
        named = {"kind": "person", "value": "Joe Miller", "part": "subject"}
        received = send(make_source(cast), cast, entities=[named])
        with acting_as(cast.investigator):
            case = open_case(title="A", type="other", signal_ids=[received.signal_id], by=cast.investigator)
            assert Signal.objects.get(id=received.signal_id).status == "in_case"
            assert Mention.objects.get(record_id=case.id).value == "Joe Miller"

    def test_refuses_an_incident_that_the_opener_cannot_see(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast, restricted=True)
        with acting_as(cast.investigator), pytest.raises(NotFound):
            open_case(title="A", type="other", incident_ids=[incident.id], by=cast.investigator)

    def test_refuses_an_empty_title_and_an_unknown_type(self, cast: Cast) -> None:
        with acting_as(cast.investigator), pytest.raises(Invalid) as refusal:
            open_case(title=" ", type="gossip", by=cast.investigator)
        assert set(refusal.value.fields) == {"title", "type"}

    def test_refuses_without_the_permission(self, cast: Cast) -> None:
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            open_case(title="A", type="other", by=cast.responder)


class TestWithFreshReference:
    """with_fresh_reference"""

    def test_tries_again_when_somebody_unseen_has_the_reference(self, cast: Cast) -> None:
        with acting_as(cast.hr):
            taken = open_case(title="Unseen", type="other", by=cast.hr).reference
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
            made = with_fresh_reference(_copier(case), iter([taken, case.reference, "CASE-0000-00"]))
            assert made.reference == "CASE-0000-00"

    def test_gives_up_kindly(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
            with pytest.raises(Conflict):
                with_fresh_reference(_copier(case), iter([case.reference]))


def _copier(case: Case) -> Callable[[str], Case]:
    def insert(reference: str) -> Case:
        copy = Case(
            org_id=case.org_id, compartment_id=case.compartment_id, reference=reference, title="Copy", type="other",
            opened_by_id=case.opened_by_id,
        )  # fmt: skip
        event = CaseOpened(
            subject_id=copy.id, record_id=copy.id, compartment_id=case.compartment_id,
            reference=reference, title="Copy", type="other",
        )  # fmt: skip
        return ledger.record_created(event, by=actor_of(case.opened_by), row=copy)

    return insert


class TestAmendCase:
    """amend_case"""

    def test_changes_and_keeps_both_states(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            amended = amend_case(case.id, title="Better", by=cast.analyst)
            assert (amended.title, amended.type) == ("Better", "workplace_violence")
            assert last_actions(case.id) == ["case.amended"]

    def test_saying_the_same_changes_nothing(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            assert amend_case(case.id, title=case.title, by=cast.analyst).version == case.version

    def test_refuses_a_stale_version(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(Stale):
            amend_case(case.id, title="Better", by=cast.analyst, expected_version=1)

    def test_refuses_an_empty_title(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            amend_case(case.id, title="", by=cast.analyst)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            amend_case(case.id, title="Mine", by=cast.hr)
