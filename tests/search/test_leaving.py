# SPDX-License-Identifier: Apache-2.0
"""Reads about work that was handed over."""

from longwatch.access.context import acting_as
from longwatch.search.leaving import done, result_of, waiting_for
from tests.personas import Cast
from tests.search.services.test_handing_over import a_case, close


class TestReads:
    """result_of, waiting_for and done"""

    def test_tell_each_what_they_may_know(self, cast: Cast) -> None:
        a_case(cast)
        close(cast, cases=cast.investigator)
        with acting_as(cast.administrator):
            assert [(each.successor, each.number) for each in result_of(cast.lead.id)] == [("Ines Investigator", 2)]
        with acting_as(cast.privacy):
            assert [each.name for each in waiting_for(cast.privacy)] == [""]
            assert result_of(cast.lead.id) == []
        with acting_as(cast.analyst):
            assert (waiting_for(cast.analyst), done()) == ([], [])
