# SPDX-License-Identifier: Apache-2.0
"""Row security as the database applies it."""

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.services.compartments import add_member, open_compartment
from tests.personas import Cast


class TestActingAs:
    """acting_as"""

    def test_shows_a_members_compartment_to_members_only(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            closed = open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, by=cast.analyst)
        for actor, seen in ((cast.analyst, True), (cast.supervisor, False), (cast.administrator, False)):
            with acting_as(actor):
                assert Compartment.objects.filter(id=closed.id).exists() is seen

    def test_shows_nothing_without_an_actor(self, cast: Cast) -> None:
        with acting_as(None):
            assert not Compartment.objects.exists()

    def test_opens_to_an_added_member_at_once(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            closed = open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, by=cast.analyst)
            add_member(closed.id, cast.hr.id, reason="HR matter", by=cast.analyst)
        with acting_as(cast.hr):
            assert Compartment.objects.filter(id=closed.id).exists()

    def test_brings_the_earlier_context_back(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            with acting_as(cast.administrator):
                assert not Compartment.objects.exists()
            assert Compartment.objects.count() == 2
