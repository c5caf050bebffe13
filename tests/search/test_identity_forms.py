# SPDX-License-Identifier: Apache-2.0
"""The records on which something can rest, as forms offer them."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.search.identity_forms import IdentityForm, bases, require_bases
from longwatch.search.naming import named_in
from tests.personas import Cast
from tests.search.cast_entities import make_place


class TestBases:
    def test_are_those_that_name_it_and_that_one_works_on(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.lead):
            found = bases(named_in([place.ana, place.ghost], cast.lead), cast.lead)
        assert [each.words for each in found] == [
            f"{place.incident.reference} Badge lost", f"{place.case.reference} Quiet"
        ]  # fmt: skip

    def test_are_none_for_who_works_on_none(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.hr), pytest.raises(NotFound):
            require_bases(bases(named_in([place.ana], cast.hr), cast.hr))

    def test_make_the_record_that_was_chosen(self, cast: Cast) -> None:
        place = make_place(cast)
        with acting_as(cast.analyst):
            found = bases(named_in([place.ana], cast.analyst), cast.analyst)
            form = IdentityForm(
                {"kind": "person", "value": "x", "basis": found[0].key, "reason": "y"}, bases=found
            )  # fmt: skip
            assert form.is_valid()
            assert form.record(cast.analyst).id == place.incident.id
