# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, NotAllowed, NotFound
from longwatch.incidents import selectors
from longwatch.incidents.services.closing import reopen_incident
from longwatch.incidents.services.merging import link_related, merge_incident, release_signal, unlink_related
from longwatch.intake.models import Signal
from longwatch.records.models import EntryKind, Link
from longwatch.records.selectors import timeline
from longwatch.records.services.timeline import add_entry
from tests.incidents.cast_incidents import as_seen, opened, signals, told, without
from tests.personas import Cast


class TestMergeIncident:
    """merge_incident"""

    def test_moves_the_signals_and_leaves_the_rest_readable(self, cast: Cast) -> None:
        ids = signals(cast, 2)
        source, target = opened(cast, signal_ids=ids), opened(cast, title="The same, seen first")
        with acting_as(cast.analyst):
            add_entry(selectors.incident_ref(source), kind=EntryKind.NOTE, text="Seen twice", by=cast.analyst)
            merged = merge_incident(source.id, target.id, reason="Same door", by=cast.analyst)
            assert (merged.status, merged.merged_into_id) == ("merged", target.id)
            assert set(selectors.signal_ids(target.id)) == set(ids)
            assert not selectors.signal_ids(source.id)
            assert "Seen twice" in [line.text for line in timeline(source.id, by=cast.analyst).rows]
            assert Link.objects.filter(from_id=source.id, to_id=target.id, kind="duplicate").exists()
            assert told(source.id)[-1] == "incident.merged"
            assert set(Signal.objects.filter(id__in=ids).values_list("status", flat=True)) == {"in_incident"}

    def test_stays_merged(self, cast: Cast) -> None:
        source, target = opened(cast), opened(cast)
        with acting_as(cast.analyst):
            merge_incident(source.id, target.id, by=cast.analyst)
            with pytest.raises(Conflict):
                merge_incident(source.id, target.id, by=cast.analyst)
            with pytest.raises(Conflict):
                reopen_incident(source.id, reason="No", by=cast.analyst)

    def test_refuses_itself(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            merge_incident(incident.id, incident.id, by=cast.analyst)

    def test_refuses_responders(self, cast: Cast) -> None:
        source, target = opened(cast), opened(cast)
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            merge_incident(source.id, target.id, by=cast.responder)
        assert as_seen(source, cast.analyst).is_open

    def test_does_not_see_a_restricted_target(self, cast: Cast) -> None:
        source, target = opened(cast), opened(cast, restricted=True)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            merge_incident(source.id, target.id, by=cast.supervisor)


class TestLinkRelated:
    """link_related and unlink_related"""

    def test_ties_and_unties(self, cast: Cast) -> None:
        one, other = opened(cast), opened(cast)
        with acting_as(cast.responder):
            tie = link_related(one.id, other.id, reason="Same man", by=cast.responder)
            assert link_related(one.id, other.id, by=cast.responder).id == tie.id
            unlink_related(one.id, tie.id, by=cast.responder)
            assert told(other.id)[-2:] == ["link.added", "link.ended"]
            with pytest.raises(NotFound):
                unlink_related(one.id, tie.id, by=cast.responder)

    def test_refuses_itself(self, cast: Cast) -> None:
        one = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            link_related(one.id, one.id, by=cast.analyst)

    def test_shows_the_tie_only_to_those_who_see_both(self, cast: Cast) -> None:
        one, other = opened(cast), opened(cast, restricted=True)
        with acting_as(cast.analyst):
            link_related(one.id, other.id, by=cast.analyst)
        with acting_as(cast.responder):
            assert not Link.objects.filter(from_id=one.id).exists()
            with pytest.raises(NotFound):
                link_related(one.id, other.id, by=cast.responder)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        one, other, reader = opened(cast), opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            link_related(one.id, other.id, by=reader)


class TestReleaseSignal:
    """release_signal"""

    def test_puts_it_back_into_the_inbox(self, cast: Cast) -> None:
        ids = signals(cast)
        incident = opened(cast, signal_ids=ids)
        with acting_as(cast.analyst):
            release_signal(incident.id, ids[0], by=cast.analyst)
            assert Signal.objects.get(id=ids[0]).status == "new"
            with pytest.raises(NotFound):
                release_signal(incident.id, ids[0], by=cast.analyst)

    def test_refuses_responders(self, cast: Cast) -> None:
        ids = signals(cast)
        incident = opened(cast, signal_ids=ids)
        with acting_as(cast.responder), pytest.raises((NotAllowed, NotFound)):
            release_signal(incident.id, ids[0], by=cast.responder)
