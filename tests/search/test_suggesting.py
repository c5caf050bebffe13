# SPDX-License-Identifier: Apache-2.0
"""What is likely the same as an entity."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from longwatch.enrichment.services.inventory import add_item
from longwatch.entities.likeness import Why
from longwatch.entities.models import Identity
from longwatch.entities.services.mentions import add_mention
from longwatch.search.services.identifying import merge, tell_apart
from longwatch.search.suggesting import suggestions
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast
from tests.search.cast_entities import ANA, MAIL, make_place, name, of


def suggested(cast: Cast, entity: object, who: str = "analyst") -> dict[str, Why]:
    """What somebody is suggested, with the reason."""
    actor = cast.actors[who]
    with acting_as(actor):
        return {each.entity.value: each.why for each in suggestions(entity, actor)}  # type: ignore[arg-type]


class TestSuggestions:
    def test_name_the_address_that_holds_the_name_and_the_other_way_round(self, cast: Cast) -> None:
        place = make_place(cast)
        assert suggested(cast, place.ana) == {MAIL: Why.ADDRESS}
        assert suggested(cast, place.mail) == {ANA: Why.ADDRESS}

    def test_name_almost_the_same_name(self, cast: Cast) -> None:
        place = make_place(cast)
        name(cast.analyst, person="Keller Ana")
        assert suggested(cast, place.ana)["Keller Ana"] == Why.ORDER

    def test_name_the_short_name_that_signals_have(self, cast: Cast) -> None:
        name(cast.analyst, host="web1.halden.example")
        send(make_source(cast), cast, entities=[{"kind": "host", "value": "WEB1"}])
        assert suggested(cast, of(cast, "host", "web1.halden.example")) == {"web1": Why.SHORT_NAME}

    def test_name_what_the_inventory_has_as_one(self, cast: Cast) -> None:
        place = make_place(cast)
        values = {"name": ANA, "identifiers": [f"email:{MAIL}", "account:akeller"]}
        with acting_as(cast.supervisor):
            add_item("identity", values, by=cast.supervisor)
        assert suggested(cast, place.mail)["akeller"] == Why.INVENTORY

    def test_leave_out_what_is_merged_or_told_apart(self, cast: Cast) -> None:
        place = make_place(cast)
        name(cast.analyst, person="Keller Ana")
        with acting_as(cast.analyst):
            said: dict[str, Any] = {"record": place.incident, "reason": "x", "by": cast.analyst}
            merge(place.ana, kind="email", value=MAIL, **said)
            tell_apart(place.ana, kind="person", value="Keller Ana", **said)
        assert suggested(cast, place.ana) == {}

    def test_merge_nothing(self, cast: Cast) -> None:
        place = make_place(cast)
        suggested(cast, place.ana)
        with acting_as(cast.analyst):
            assert not Identity.objects.exists()

    def test_name_nothing_that_the_reader_may_not_see(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.lead):
            add_mention(place.case, kind="person", value="Keller, A.", by=cast.lead)
        assert "Keller, A." in suggested(cast, place.ana, "lead")
        assert suggested(cast, place.ana) == {MAIL: Why.ADDRESS}

    def test_do_not_exist_for_what_is_seen_nowhere(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            suggested(cast, uuid7())
