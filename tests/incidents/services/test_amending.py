# SPDX-License-Identifier: Apache-2.0
from datetime import timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Invalid, NotAllowed, NotFound, Stale
from longwatch.incidents.services.amending import amend_incident
from longwatch.records.selectors import timeline
from tests.incidents.cast_incidents import opened, told, without
from tests.personas import Cast


class TestAmendIncident:
    """amend_incident"""

    def test_tells_before_and_after_of_what_changed(self, cast: Cast) -> None:
        incident = opened(cast, place="Gate")
        due = clock.now() + timedelta(hours=1)
        with acting_as(cast.responder):
            changes = {"place": "North gate", "title": incident.title, "next_action_due": due}
            amend_incident(incident.id, changes, by=cast.responder)
            line = timeline(incident.id, by=cast.analyst).rows[0]
            assert (line.action, line.fields["before"]) == (
                "incident.amended", {"place": "Gate", "next_action_due": None}
            )  # fmt: skip
            assert line.fields["after"] == {"place": "North gate", "next_action_due": due.isoformat()}

    def test_changes_nothing_when_nothing_is_different(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            amend_incident(incident.id, {"title": incident.title}, by=cast.analyst)
            assert told(incident.id) == ["incident.opened"]

    @pytest.mark.parametrize(
        "changes", [{"title": ""}, {"category": "XX-01"}, {"place": "x" * 301}, {"status": "closed"}, {"severity": 4}]
    )
    def test_refuses_what_makes_no_sense(self, cast: Cast, changes: dict[str, Any]) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid) as refused:
            amend_incident(incident.id, changes, by=cast.analyst)
        assert set(refused.value.fields) == set(changes)

    def test_refuses_an_old_version(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            amend_incident(incident.id, {"place": "A"}, by=cast.analyst, expected_version=incident.version)
            with pytest.raises(Stale):
                amend_incident(incident.id, {"place": "B"}, by=cast.analyst, expected_version=incident.version)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            amend_incident(incident.id, {"place": "A"}, by=reader)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            amend_incident(incident.id, {"place": "A"}, by=cast.outsider)
