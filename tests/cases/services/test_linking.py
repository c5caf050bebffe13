# SPDX-License-Identifier: Apache-2.0
"""Ties of a case, and what they may not betray."""

import json

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.services.closure import approve_closure
from longwatch.cases.services.linking import (
    add_signals,
    link_case,
    link_incident,
    raise_incident,
    release_signal,
    unlink,
)
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.records.models import Link
from longwatch.records.selectors import timeline
from tests.cases.material import a_bare_case, a_case, an_incident, last_actions, requested
from tests.incidents.cast_incidents import without
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


class TestLinkIncident:
    """link_incident"""

    def test_is_one_tie_however_often(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
            first = link_incident(case.id, incident.id, reason="Same man", by=cast.analyst)
            assert link_incident(case.id, incident.id, by=cast.analyst).id == first.id
            assert (first.kind, first.to_id, last_actions(case.id)) == ("handled_in", case.id, ["link.added"])

    def test_an_incident_can_be_in_several_cases_and_a_case_hold_several(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            other = a_case(cast)
        with acting_as(cast.analyst):
            one, two = an_incident(cast), an_incident(cast)
            ties = [link_incident(c.id, i.id, by=cast.analyst) for c in (case, other) for i in (one, two)]
            assert len({tie.id for tie in ties}) == 4

    def test_says_nothing_in_the_incident_to_those_outside(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
            link_incident(case.id, incident.id, by=cast.analyst)
        with acting_as(cast.responder):
            assert not Link.objects.filter(from_id=incident.id).exists()
            assert [line.action for line in timeline(incident.id, by=cast.analyst).rows] == ["incident.opened"]

    def test_refuses_without_the_permission_and_to_those_outside(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        weak = cast.analyst.__class__(cast.analyst.kind, cast.analyst.id, "A", cast.analyst.org_id)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            link_incident(case.id, incident.id, by=weak)
        with acting_as(cast.hr), pytest.raises(NotFound):
            link_incident(case.id, incident.id, by=cast.hr)


class TestRaiseIncident:
    """raise_incident"""

    def test_opens_an_incident_that_does_not_know_the_case(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = raise_incident(
                case.id, title="Man at the gate", category="WV-03", severity=3, severity_reason="Seen now",
                by=cast.analyst,
            )  # fmt: skip
            assert "link.added" in last_actions(case.id)
        with acting_as(cast.responder):
            entries = LedgerEntry.objects.filter(record_id=incident.id).values_list("id", flat=True)
            told = json.dumps(list(LedgerDetail.objects.filter(entry_id__in=entries).values_list("fields", flat=True)))
            assert case.reference not in told
            assert case.title not in told
            assert not Link.objects.filter(to_id=incident.id).exists()

    def test_needs_what_an_incident_needs(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            raise_incident(case.id, title="", category="WV-03", severity=3, severity_reason="x", by=cast.analyst)

    def test_refuses_who_may_not_open_incidents(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            add_member(case.id, cast.hr.id, reason="HR", by=cast.lead)
        with acting_as(cast.hr), pytest.raises(NotAllowed):
            raise_incident(case.id, title="A", category="WV-03", severity=3, severity_reason="x", by=cast.hr)


class TestLinkCase:
    """link_case"""

    @pytest.mark.parametrize("kind", ["related", "duplicate", "parent"])
    def test_shows_to_those_inside_both_only(self, cast: Cast, case: Case, kind: str) -> None:
        with acting_as(cast.investigator):
            other = a_bare_case(cast)
            link_case(case.id, other.id, kind=kind, reason="Same site", by=cast.investigator)
            assert Link.objects.get(from_id=case.id).kind == kind
        with acting_as(cast.lead):
            assert not Link.objects.filter(from_id=case.id).exists()
            assert "link.added" not in [line.action for line in timeline(case.id, by=cast.analyst).rows]

    def test_refuses_itself_an_unknown_kind_and_an_unseen_case(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr):
            unseen = open_case(title="HR only", type="harassment_hr", by=cast.hr)
        with acting_as(cast.analyst):
            with pytest.raises(Conflict):
                link_case(case.id, case.id, kind="related", by=cast.analyst)
            with pytest.raises(Invalid):
                link_case(case.id, case.id, kind="belongs", by=cast.analyst)
            with pytest.raises(NotFound):
                link_case(case.id, unseen.id, kind="related", by=cast.analyst)


class TestUnlink:
    """unlink"""

    def test_ends_a_tie_for_a_reason(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            tie = link_incident(case.id, an_incident(cast).id, by=cast.analyst)
            with pytest.raises(Invalid):
                unlink(case.id, tie.id, reason="", by=cast.analyst)
            assert unlink(case.id, tie.id, reason="Another man", by=cast.analyst).ended_at is not None
            assert last_actions(case.id) == ["link.ended"]
            with pytest.raises(NotFound):
                unlink(case.id, tie.id, reason="Again", by=cast.analyst)


class TestReleaseSignal:
    """release_signal"""

    def test_returns_it_to_the_inbox_and_says_so_in_both_histories(self, cast: Cast, case: Case) -> None:
        signal_id = send(make_source(cast), cast).signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
            released = release_signal(case.id, signal_id, reason=" Another man ", by=cast.analyst)
            assert (released.status, released.closed_at) == ("new", None)
            assert not Link.objects.filter(from_id=signal_id, ended_at=None).exists()
            (told,) = [line for line in timeline(case.id, by=cast.analyst).rows if line.action == "link.ended"]
            assert told.fields["reason"] == "Another man"
            (told,) = [line for line in timeline(signal_id, by=cast.analyst).rows if line.action == "signal.released"]
            assert "Another man" not in str(told.fields)
            with pytest.raises(NotFound):
                release_signal(case.id, signal_id, reason="Again", by=cast.analyst)

    def test_asks_for_a_reason_and_the_permissions(self, cast: Cast, case: Case) -> None:
        signal_id = send(make_source(cast), cast).signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
            with pytest.raises(Invalid):
                release_signal(case.id, signal_id, reason=" ", by=cast.analyst)
            for missing, refusal in (
                ("case:work", NotAllowed),
                ("signal:triage", NotAllowed),
                ("signal:read", NotFound),
            ):
                with pytest.raises(refusal):
                    release_signal(case.id, signal_id, reason="x", by=without(cast.analyst, missing))

    def test_does_not_exist_for_others_nor_for_members_who_do_not_see_it(self, cast: Cast, case: Case) -> None:
        signal_id = send(make_source(cast), cast).signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
        with acting_as(cast.counsel), pytest.raises(NotFound):
            release_signal(case.id, signal_id, reason="x", by=cast.counsel)
        with acting_as(cast.lead):
            add_member(case.id, cast.hr.id, reason="HR", by=cast.lead)
        with acting_as(cast.hr), pytest.raises(NotFound):
            release_signal(case.id, signal_id, reason="x", by=cast.hr)

    def test_refuses_while_closure_waits_and_when_closed(self, cast: Cast, case: Case) -> None:
        signal_id = send(make_source(cast), cast).signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
        requested(case, cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            release_signal(case.id, signal_id, reason="x", by=cast.analyst)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            release_signal(case.id, signal_id, reason="x", by=cast.analyst)


class TestAddSignals:
    """add_signals"""

    def test_takes_them_out_of_the_inbox(self, cast: Cast, case: Case) -> None:
        received = send(make_source(cast), cast)
        with acting_as(cast.analyst):
            (signal,) = add_signals(case.id, [received.signal_id], by=cast.analyst)
            assert signal.status == "in_case"

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        received = send(make_source(cast), cast)
        with acting_as(cast.counsel), pytest.raises(NotFound):
            add_signals(case.id, [received.signal_id], by=cast.counsel)
