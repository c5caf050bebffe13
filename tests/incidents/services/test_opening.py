# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind, Membership
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.entities.models import Mention
from longwatch.incidents.models import Incident
from longwatch.incidents.services.closing import close_incident
from longwatch.incidents.services.opening import add_signals, open_incident
from longwatch.intake.models import Signal
from longwatch.records.models import Link, Severity
from tests.incidents.cast_incidents import as_seen, opened, signals, told
from tests.personas import Cast


class TestOpenIncident:
    """open_incident"""

    def test_opens_by_hand_and_appends_its_event(self, cast: Cast) -> None:
        incident = opened(cast, place="North gate")
        with acting_as(cast.responder):
            seen = Incident.objects.get(id=incident.id)
            assert (seen.status, seen.severity, seen.place) == ("reported", Severity.HIGH, "North gate")
            assert seen.compartment_id == cast.operations.id
            assert told(incident.id) == ["incident.opened"]

    def test_counts_its_references(self, cast: Cast) -> None:
        first, second = opened(cast), opened(cast)
        year = clock.now().year
        assert [first.reference, second.reference] == [f"INC-{year}-0001", f"INC-{year}-0002"]

    def test_takes_the_signals_in_with_what_they_name(self, cast: Cast) -> None:
        ids = signals(cast, 2, place="Lobby")
        incident = opened(cast, signal_ids=ids)
        with acting_as(cast.analyst):
            assert set(Signal.objects.filter(id__in=ids).values_list("status", flat=True)) == {"in_incident"}
            assert Link.objects.filter(to_id=incident.id, kind="belongs").count() == 2
            assert list(Mention.objects.filter(record_id=incident.id).values_list("value", "part")) == [
                ("John Doe", "subject")
            ]
        assert incident.place == "Lobby"

    def test_makes_somebody_commander(self, cast: Cast) -> None:
        incident = opened(cast, commander_id=cast.responder.id)
        assert as_seen(incident, cast.analyst).commander_id == cast.responder.id

    def test_keeps_a_restricted_one_among_its_members(self, cast: Cast) -> None:
        incident = opened(cast, category="WV-04", commander_id=cast.supervisor.id)
        with acting_as(cast.analyst):
            assert incident.compartment.kind == CompartmentKind.RECORD
            members = Membership.objects.filter(compartment=incident.compartment, ended_at=None)
            assert set(members.values_list("account_id", flat=True)) == {cast.analyst.id, cast.supervisor.id}
        for actor, seen in ((cast.supervisor, True), (cast.investigator, False), (cast.administrator, False)):
            with acting_as(actor):
                assert Incident.objects.filter(id=incident.id).exists() is seen
                assert bool(told(incident.id)) is seen

    def test_lets_people_choose_who_reads_it(self, cast: Cast) -> None:
        assert not opened(cast, category="WV-04", restricted=False).restricted
        assert opened(cast, restricted=True).restricted

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"title": " "}, "title"), ({"category": "XX-99"}, "category"), ({"severity": 9}, "severity")],
    )
    def test_refuses_what_makes_no_sense(self, cast: Cast, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            opened(cast, **fields)
        assert field in refused.value.fields

    def test_refuses_whoever_may_not(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            opened(cast, by=cast.responder)

    def test_does_not_see_signals_of_others(self, cast: Cast) -> None:
        ids = signals(cast)
        with pytest.raises(NotFound), acting_as(cast.outsider):
            open_incident(title="Mine now", category="FA-01", signal_ids=ids, by=cast.outsider)

    def test_refuses_a_signal_that_is_in_another_incident(self, cast: Cast) -> None:
        ids = signals(cast)
        opened(cast, signal_ids=ids)
        with pytest.raises(Conflict):
            opened(cast, signal_ids=ids)


class TestAddSignals:
    """add_signals"""

    def test_adds_them_and_what_they_name(self, cast: Cast) -> None:
        incident, ids = opened(cast), signals(cast)
        with acting_as(cast.analyst):
            add_signals(incident.id, ids, by=cast.analyst)
            assert "link.added" in told(incident.id)
            assert Mention.objects.filter(record_id=incident.id).count() == 1

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        incident, ids = opened(cast), signals(cast)
        with acting_as(cast.analyst):
            add_signals(incident.id, ids, by=cast.analyst)
            before = told(incident.id)
            add_signals(incident.id, ids, by=cast.analyst)
            assert told(incident.id) == before

    def test_refuses_a_closed_incident(self, cast: Cast) -> None:
        incident, ids = opened(cast), signals(cast)
        with acting_as(cast.analyst):
            close_incident(incident.id, disposition="benign", summary="Wind.", case_answer="no", by=cast.analyst)
            with pytest.raises(Conflict):
                add_signals(incident.id, ids, by=cast.analyst)

    def test_refuses_whoever_may_not_triage(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.auditor), pytest.raises(NotFound):
            add_signals(incident.id, [], by=cast.auditor)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.investigator), pytest.raises(NotFound):
            add_signals(incident.id, [], by=cast.investigator)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            add_signals(incident.id, [uuid7()], by=cast.outsider)
