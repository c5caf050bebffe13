# SPDX-License-Identifier: Apache-2.0
import pytest
from django.db import ProgrammingError, transaction

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.selectors import links_of
from longwatch.records.services.links import end_link, link
from tests.incidents.cast_incidents import told
from tests.personas import Cast
from tests.records.some_record import a_record, a_secret_record

RELATED = LinkKind.RELATED


class TestLink:
    """link"""

    def test_keeps_what_the_first_was_and_tells_the_second(self, cast: Cast) -> None:
        one, other = a_record(cast, snapshot_sha256="ab" * 32), a_record(cast)
        with acting_as(cast.analyst):
            tie = link(one, other, kind=RELATED, reason="Same man", by=cast.analyst)
            assert (tie.snapshot_sha256, tie.reason) == ("ab" * 32, "Same man")
            assert told(other.id) == ["link.added"]
            assert [each.id for each in links_of(one.id)] == [each.id for each in links_of(other.id)] == [tie.id]

    def test_is_one_when_said_twice(self, cast: Cast) -> None:
        one, other = a_record(cast), a_record(cast)
        with acting_as(cast.analyst):
            first = link(one, other, kind=RELATED, by=cast.analyst)
            assert link(one, other, kind=RELATED, by=cast.analyst).id == first.id

    def test_refuses_itself(self, cast: Cast) -> None:
        one = a_record(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            link(one, one, kind=RELATED, by=cast.analyst)

    def test_shows_only_to_those_who_see_both_ends(self, cast: Cast) -> None:
        one, other = a_record(cast), a_secret_record(cast)
        with acting_as(cast.analyst):
            link(one, other, kind=RELATED, by=cast.analyst)
        with acting_as(cast.supervisor):
            assert not links_of(one.id).exists()
            with pytest.raises(ProgrammingError), transaction.atomic():
                link(one, other, kind=LinkKind.DUPLICATE, by=cast.supervisor)

    def test_tells_a_case_of_its_incident_but_not_the_incident_of_its_case(self, cast: Cast) -> None:
        incident, case = a_record(cast), a_secret_record(cast, kind=RecordKind.CASE)
        with acting_as(cast.analyst):
            link(case, incident, kind=LinkKind.RAISED, by=cast.analyst)
            assert (told(incident.id), told(case.id)) == ([], ["link.added"])

    def test_tells_nobody_outside_of_a_restricted_incident(self, cast: Cast) -> None:
        secret, plain = a_secret_record(cast), a_record(cast)
        with acting_as(cast.analyst):
            link(secret, plain, kind=RELATED, reason="The same man", by=cast.analyst)
            assert (told(secret.id), told(plain.id)) == (["link.added"], [])
        with acting_as(cast.supervisor):
            assert told(plain.id) == []

    def test_tells_neither_of_two_restricted_incidents(self, cast: Cast) -> None:
        one, other = a_secret_record(cast), a_secret_record(cast)
        with acting_as(cast.analyst):
            tie = link(one, other, kind=RELATED, by=cast.analyst)
            end_link(tie.id, by=cast.analyst)
            assert (told(one.id), told(other.id)) == ([], [])


class TestEndLink:
    """end_link"""

    def test_ends_once_and_keeps_the_history(self, cast: Cast) -> None:
        one, other = a_record(cast), a_record(cast)
        with acting_as(cast.analyst):
            tie = link(one, other, kind=RELATED, by=cast.analyst)
            end_link(tie.id, reason="Another man", by=cast.analyst)
            assert not links_of(one.id).exists()
            assert Link.objects.get(id=tie.id).ended_at is not None
            assert told(other.id)[-1] == "link.ended"
            with pytest.raises(NotFound):
                end_link(tie.id, by=cast.analyst)

    def test_ends_the_version_that_was_read_only(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            tie = link(a_record(cast), a_record(cast), kind=RELATED, by=cast.analyst)
            with pytest.raises(Stale):
                end_link(tie.id, by=cast.analyst, expected_version=tie.version - 1)
            assert end_link(tie.id, by=cast.analyst, expected_version=tie.version).ended_at is not None

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            tie = link(a_record(cast), a_secret_record(cast), kind=RELATED, by=cast.analyst)
        for unseen in (tie.id, uuid7()):
            with acting_as(cast.supervisor), pytest.raises(NotFound):
                end_link(unseen, by=cast.supervisor)
