# SPDX-License-Identifier: Apache-2.0
"""What was said about an entity, as its page tells it."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.search.entity_page import entity_page
from longwatch.search.services.identifying import mark, merge, take_back
from longwatch.search.statements import told
from tests.personas import Cast
from tests.search.cast_entities import MAIL, make_place


class TestTold:
    def test_names_the_basis_and_how_to_take_it_back_to_who_may(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.analyst):
            said: dict[str, Any] = {"record": place.incident, "reason": "Why", "by": cast.analyst}
            row = merge(place.ana, kind="email", value=MAIL, **said)
            mark(place.ana, tlp="red", **said)
            lines = told(entity_page(place.ana, cast.analyst), cast.analyst)
            assert [bool(each.end_url) for each in lines] == [True, True]
            assert {each.record.name for each in lines if each.record} == {place.incident.reference}
            take_back(place.ana, row.id, by=cast.analyst)
            ended = [each for each in told(entity_page(place.ana, cast.analyst), cast.analyst) if each.ended_at]
            assert [(each.end_url, each.ended_label) for each in ended] == [("", cast.analyst.label)]
