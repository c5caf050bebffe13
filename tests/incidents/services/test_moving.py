# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.incidents.services.moving import change_severity, change_status
from tests.incidents.cast_incidents import as_seen, opened, told, without
from tests.personas import Cast


class TestChangeSeverity:
    """change_severity"""

    def test_keeps_the_reason_and_appends_its_event(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.responder):
            changed = change_severity(incident.id, 4, reason="A weapon was seen", by=cast.responder)
            assert (changed.severity, changed.severity_reason) == (4, "A weapon was seen")
            assert told(incident.id)[-1] == "incident.severity_changed"

    def test_needs_a_reason(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid) as refused:
            change_severity(incident.id, 4, reason=" ", by=cast.analyst)
        assert "reason" in refused.value.fields

    def test_refuses_the_same_severity_again(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            change_severity(incident.id, incident.severity, reason="Again", by=cast.analyst)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            change_severity(incident.id, 4, reason="x", by=reader)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            change_severity(incident.id, 4, reason="x", by=cast.supervisor)

    def test_refuses_an_old_version(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Stale):
            change_severity(incident.id, 4, reason="x", by=cast.analyst, expected_version=incident.version - 1)


class TestChangeStatus:
    """change_status"""

    def test_stamps_what_was_skipped(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.responder):
            changed = change_status(incident.id, "stabilized", by=cast.responder)
            assert changed.triage_at == changed.active_at == changed.stabilized_at
            assert changed.stabilized_at is not None
            assert told(incident.id)[-1] == "incident.status_changed"

    def test_goes_back_for_a_reason_only(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            change_status(incident.id, "stabilized", by=cast.analyst)
            with pytest.raises(Invalid):
                change_status(incident.id, "active", by=cast.analyst)
            change_status(incident.id, "active", reason="He came back", by=cast.analyst)
        assert as_seen(incident, cast.analyst).stabilized_at is None

    def test_refuses_to_close_without_saying_how_it_ended(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            change_status(incident.id, "closed", by=cast.analyst)

    def test_refuses_the_same_status_twice(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            change_status(incident.id, "active", by=cast.analyst)
            with pytest.raises(Conflict):
                change_status(incident.id, "active", by=cast.analyst)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            change_status(incident.id, "active", by=reader)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            change_status(incident.id, "active", by=cast.outsider)
