# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Membership
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.incidents.models import Incident, Responder
from longwatch.incidents.services.responding import add_responder, hand_over_command, release_responder, take_command
from tests.incidents.cast_incidents import as_seen, opened, told, without
from tests.personas import Cast


class TestTakeCommand:
    """take_command"""

    def test_makes_one_commander_and_keeps_the_role_history(self, cast: Cast) -> None:
        incident = opened(cast, commander_id=cast.analyst.id)
        with acting_as(cast.responder):
            take_command(incident.id, by=cast.responder)
            rows = Responder.objects.filter(incident=incident, role="commander").order_by("assumed_at")
            assert [(row.account_id, row.renounced_at is None) for row in rows] == [
                (cast.analyst.id, False), (cast.responder.id, True),
            ]  # fmt: skip
            assert told(incident.id).count("incident.command_taken") == 2
        assert as_seen(incident, cast.analyst).commander_id == cast.responder.id

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        incident = opened(cast, commander_id=cast.analyst.id)
        with acting_as(cast.analyst):
            version = take_command(incident.id, by=cast.analyst).version
            assert take_command(incident.id, by=cast.analyst).version == version

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            take_command(incident.id, by=reader)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            take_command(incident.id, by=cast.supervisor)


class TestHandOverCommand:
    """hand_over_command"""

    def test_can_leave_nobody(self, cast: Cast) -> None:
        incident = opened(cast, commander_id=cast.analyst.id)
        with acting_as(cast.analyst):
            hand_over_command(incident.id, None, by=cast.analyst)
            assert told(incident.id)[-1] == "incident.command_laid_down"
        assert as_seen(incident, cast.analyst).commander is None

    def test_refuses_people_who_may_not_read_incidents(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid):
            hand_over_command(incident.id, cast.administrator.id, by=cast.analyst)

    def test_does_not_know_people_of_elsewhere(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(NotFound):
            hand_over_command(incident.id, cast.outsider.id, by=cast.analyst)


class TestAddResponder:
    """add_responder"""

    def test_lets_them_into_a_restricted_incident(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.analyst):
            add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
            assert "responder.added" in told(incident.id)
        with acting_as(cast.responder):
            assert Incident.objects.filter(id=incident.id).exists()

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            first = add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
            assert add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst).id == first.id

    @pytest.mark.parametrize("role", ["commander", "king"])
    def test_refuses_command_and_unknown_roles(self, cast: Cast, role: str) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid):
            add_responder(incident.id, cast.responder.id, role=role, by=cast.analyst)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            add_responder(incident.id, reader.id, role="scribe", by=reader)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            add_responder(incident.id, cast.outsider.id, role="scribe", by=cast.outsider)


class TestReleaseResponder:
    """release_responder"""

    def test_ends_the_access_with_the_last_role(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.analyst):
            scribe = add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
            deputy = add_responder(incident.id, cast.responder.id, role="deputy", by=cast.analyst)
            release_responder(incident.id, scribe.id, by=cast.analyst)
            members = Membership.objects.filter(compartment=incident.compartment, ended_at=None)
            assert members.filter(account_id=cast.responder.id).exists()
            release_responder(incident.id, deputy.id, by=cast.analyst)
            assert not members.filter(account_id=cast.responder.id).exists()

    def test_keeps_the_opener_in(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.analyst):
            row = add_responder(incident.id, cast.analyst.id, role="scribe", by=cast.analyst)
            release_responder(incident.id, row.id, by=cast.analyst)
            assert Incident.objects.filter(id=incident.id).exists()

    def test_lets_people_release_themselves(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.analyst):
            row = add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
        with acting_as(cast.responder):
            release_responder(incident.id, row.id, by=cast.responder)
        with acting_as(cast.analyst):
            present = Membership.objects.filter(compartment=incident.compartment, ended_at=None)
            assert [member.account_id for member in present] == [cast.analyst.id]

    def test_refuses_to_release_the_commander(self, cast: Cast) -> None:
        incident = opened(cast, commander_id=cast.analyst.id)
        with acting_as(cast.analyst):
            row = Responder.objects.get(incident=incident)
            with pytest.raises(Conflict):
                release_responder(incident.id, row.id, by=cast.analyst)

    def test_does_not_know_a_role_twice_ended(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            row = add_responder(incident.id, cast.responder.id, role="scribe", by=cast.analyst)
            release_responder(incident.id, row.id, by=cast.analyst)
            for gone in (row.id, uuid7()):
                with pytest.raises(NotFound):
                    release_responder(incident.id, gone, by=cast.analyst)

    def test_refuses_whoever_may_only_read(self, cast: Cast) -> None:
        incident, reader = opened(cast), without(cast.responder, "incident:work")
        with acting_as(reader), pytest.raises(NotAllowed):
            release_responder(incident.id, uuid7(), by=reader)
