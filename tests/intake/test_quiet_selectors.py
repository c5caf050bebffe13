# SPDX-License-Identifier: Apache-2.0
"""Reads of rules that keep alerts quiet."""

from uuid import uuid4

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.intake.quiet_selectors import suppression, suppressions
from longwatch.intake.services.quieting import end_quiet
from tests.intake.services.test_quieting import quiet
from tests.personas import Cast

pytestmark = pytest.mark.django_db


class TestSuppressions:
    """suppressions"""

    def test_tell_those_in_force_apart_from_those_that_are_over(self, cast: Cast) -> None:
        ended, going_on = quiet(cast.analyst, name="Ended"), quiet(cast.analyst)
        with acting_as(cast.analyst):
            end_quiet(ended.id, by=cast.analyst)
            assert [row.id for row in suppressions(cast.analyst).rows] == [going_on.id]
            assert [row.id for row in suppressions(cast.analyst, over=True).rows] == [ended.id]

    def test_come_page_by_page_newest_first(self, cast: Cast) -> None:
        made = [quiet(cast.analyst, name=str(number)) for number in range(3)]
        with acting_as(cast.analyst):
            first = suppressions(cast.analyst, limit=2)
            rest = suppressions(cast.analyst, limit=2, cursor=first.next_cursor)
        assert [row.id for row in (*first.rows, *rest.rows)] == [row.id for row in reversed(made)]

    def test_are_none_for_who_is_outside(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        with acting_as(cast.hr):
            assert list(suppressions(cast.hr).rows) == []
            with pytest.raises(NotFound):
                suppression(cast.hr, row.id)


class TestSuppression:
    """suppression"""

    def test_refuses_what_is_not_there(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            suppression(cast.analyst, uuid4())
