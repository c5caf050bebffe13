# SPDX-License-Identifier: Apache-2.0
"""Where an entity is named, and where it may be spoken of."""

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.core.ids import uuid7
from longwatch.entities.services.mentions import add_mention
from longwatch.search.naming import compartment_kind, may_rest, named_in
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast
from tests.search.cast_entities import ANA, make_place, name, of


class TestNamedIn:
    def test_finds_incidents_cases_and_signals_that_the_actor_sees(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.lead):
            add_mention(place.case, kind="ip", value="192.0.2.9", by=cast.lead)
        name(cast.analyst, ip="192.0.2.9")
        send(make_source(cast), cast, entities=[{"kind": "ip", "value": "192.0.2.9"}])
        entity = of(cast, "ip", "192.0.2.9")
        with acting_as(cast.lead):
            assert [each.record_kind for each in named_in([entity], cast.lead)] == ["incident", "signal", "case"]
        with acting_as(cast.analyst):
            assert "case" not in [each.record_kind for each in named_in([entity], cast.analyst)]

    def test_finds_nothing_of_what_is_named_nowhere(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            assert named_in([uuid7()], cast.analyst) == []


class TestMayRest:
    def test_on_what_names_it_or_is_open_to_fewer(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.lead):
            wide, narrow = named_in([place.ana], cast.lead), named_in([place.ghost], cast.lead)
            assert [each.identity.value for each in wide] == [ANA]
            assert may_rest(wide, place.case.compartment_id, compartment_kind(place.case.compartment_id))
            assert may_rest(narrow, place.case.compartment_id, CompartmentKind.RECORD)
            assert not may_rest(narrow, place.incident.compartment_id, CompartmentKind.OPERATIONS)
            assert not may_rest(narrow, uuid7(), CompartmentKind.RECORD)
