# SPDX-License-Identifier: Apache-2.0
"""Reading incidents: the restricted ones are there for those inside alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import encode_cursor
from longwatch.incidents import selectors
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import Wanted
from tests.incidents.cast_incidents import opened, signals
from tests.personas import Cast

OUTSIDE = ["reporter", "hr", "counsel", "auditor", "administrator", "integration", "outsider"]
COLLEAGUES = ["responder", "supervisor", "investigator"]


@pytest.fixture
def quiet(cast: Cast) -> Incident:
    """An incident that only its opener, the analyst, may see."""
    return opened(cast, title="Threat to Mara", category="WV-03", restricted=True)


def titles(actor: Actor, wanted: Wanted | None = None) -> list[str]:
    with acting_as(actor):
        return [found.title for found in selectors.incidents(actor, wanted or Wanted()).rows]


class TestIncident:
    """incident, incident_by_reference, incident_for_change, incidents_by_ids"""

    def test_is_there_for_who_is_inside(self, cast: Cast, quiet: Incident) -> None:
        with acting_as(cast.analyst):
            assert selectors.incident(quiet.id) == selectors.incident_by_reference(quiet.reference.lower()) == quiet
            assert selectors.incidents_by_ids([quiet.id]) == [quiet]

    @pytest.mark.parametrize("name", [*OUTSIDE, *COLLEAGUES])
    def test_is_not_there_for_anybody_else_when_restricted(self, cast: Cast, quiet: Incident, name: str) -> None:
        reads: list[Callable[[], object]] = [
            lambda: selectors.incident(quiet.id),
            lambda: selectors.incident_by_reference(quiet.reference),
            lambda: selectors.incident_for_change(quiet.id),
        ]
        with acting_as(cast.actors[name]):
            for read in reads:
                with pytest.raises(NotFound):
                    read()
            assert selectors.incidents_by_ids([quiet.id]) == []
            assert list(selectors.responders(quiet.id)) == []

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_of_operations_is_not_there_outside_them(self, cast: Cast, name: str) -> None:
        incident = opened(cast)
        with acting_as(cast.actors[name]), pytest.raises(NotFound):
            selectors.incident(incident.id)


class TestLists:
    """incidents, board, open_incidents, last_closed_at"""

    def test_leave_out_what_the_reader_may_not_see(self, cast: Cast, quiet: Incident) -> None:
        opened(cast, title="Door forced")
        org = cast.organisation.id
        assert titles(cast.analyst) == ["Door forced", "Threat to Mara"]
        assert titles(cast.responder) == ["Door forced"]
        with acting_as(cast.responder):
            assert [each.title for each in selectors.board(org)] == ["Door forced"]
            assert [each.title for each in selectors.open_incidents(org)] == ["Door forced"]

    def test_find_nothing_hidden_by_its_words(self, cast: Cast, quiet: Incident) -> None:
        assert titles(cast.analyst, Wanted(text="mara")) == ["Threat to Mara"]
        for text in ("mara", quiet.reference):
            assert titles(cast.responder, Wanted(text=text)) == []
            with acting_as(cast.responder):
                assert selectors.open_incidents(cast.organisation.id, text) == []

    def test_of_another_organisation_are_never_there(self, cast: Cast, quiet: Incident) -> None:
        opened(cast)
        assert titles(cast.outsider) == []
        with acting_as(cast.outsider):
            assert selectors.board(cast.organisation.id) == []

    def test_narrow(self, cast: Cast) -> None:
        opened(cast, title="Grave", severity=4, severity_reason="Fire", commander_id=cast.analyst.id)
        opened(cast, title="Small", severity=1, severity_reason="Smoke")
        assert titles(cast.analyst, Wanted(severity="3")) == ["Grave"]
        assert titles(cast.analyst, Wanted(commander="me")) == ["Grave"]
        assert titles(cast.analyst, Wanted(commander="nobody")) == ["Small"]
        assert titles(cast.analyst, Wanted(status="closed")) == []
        assert titles(cast.analyst, Wanted(status="open", category="FA")) == ["Small", "Grave"]

    def test_go_on_where_a_page_ended(self, cast: Cast) -> None:
        for number in range(3):
            opened(cast, title=str(number))
        with acting_as(cast.analyst):
            first = selectors.incidents(cast.analyst, Wanted(), limit=2)
            rest = selectors.incidents(cast.analyst, Wanted(), cursor=first.next_cursor, limit=2)
        assert [each.title for each in (*first.rows, *rest.rows)] == ["2", "1", "0"]

    @pytest.mark.parametrize("cursor", [["yesterday", "x"], ["2026-01-01T00:00:00+00:00", "x"]])
    def test_refuse_a_foreign_cursor(self, cast: Cast, cursor: list[str]) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            selectors.incidents(cast.analyst, Wanted(), cursor=encode_cursor(cursor))


class TestBoard:
    """board"""

    def test_puts_first_what_needs_a_hand(self, cast: Cast) -> None:
        mine: dict[str, Any] = {"commander_id": cast.analyst.id}
        opened(cast, title="Calm", **mine)
        opened(cast, title="Late", **mine, next_action="Call", next_action_due=clock.now() - timedelta(hours=1))
        opened(cast, title="Unowned")
        with acting_as(cast.analyst):
            assert [each.title for each in selectors.board(cast.organisation.id)] == ["Unowned", "Late", "Calm"]

    def test_figures_count_what_the_board_has_no_room_for(
        self, cast: Cast, quiet: Incident, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selectors, "MOST_ON_BOARD", 1)
        opened(cast, title="Door forced", severity=1)
        with acting_as(cast.supervisor):
            assert selectors.board_figures(cast.organisation.id)["open"] == 1
        with acting_as(cast.analyst):
            assert len(selectors.board(cast.organisation.id)) == 1
            assert selectors.board_figures(cast.organisation.id)["open"] == 2


class TestSignalIds:
    """signal_ids"""

    def test_are_not_told_outside(self, cast: Cast) -> None:
        [signal] = signals(cast, 1)
        incident = opened(cast, signal_ids=[signal])
        with acting_as(cast.analyst):
            assert selectors.signal_ids(incident.id) == [signal]
        with acting_as(cast.hr):
            assert selectors.signal_ids(incident.id) == []


class TestHasCase:
    """has_case"""

    def test_is_not_told_when_there_is_none(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            assert not selectors.has_case(opened(cast).id)
