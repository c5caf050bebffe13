# SPDX-License-Identifier: Apache-2.0
"""The functions that read past row security show nobody more, and nobody less, than it would."""

import re
from pathlib import Path

import pytest
from django.db import connections

import longwatch.search
from longwatch.core.postgres.address import Address
from tests.personas import Cast, make_cast
from tests.search.world import check_functions, make_world

SQL = (Path(longwatch.search.__file__).parent / "sql" / "search.sql").read_text(encoding="utf-8")
OVER_TIME = (Path(longwatch.search.__file__).parent / "sql" / "over_time.sql").read_text(encoding="utf-8")
# A test, or a pair of which either would do. `n` is the newer mention that hides an older one: without its test a
# row is hidden, not shown, which the property test catches too but which betrays nothing.
TEST = re.compile(r"(?:m\.compartment_id = any \(inside\) and [ic]|\b[a-mo-z])\.compartment_id = any \(inside\)")


class TestSearchFunctions:
    """sql/search.sql"""

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_show_exactly_what_row_security_shows(self, cast: Cast, seed: int) -> None:
        check_functions(make_world(cast, seed))

    def test_are_caught_when_any_of_them_forgets_the_compartment(self, committed_db: Address) -> None:
        world = make_world(make_cast(), 1)
        check_functions(world)
        planted = list(TEST.finditer(SQL))
        # All but the comment, the two of the newer mention, and the second of each of two pairs.
        assert len(planted) == SQL.count("compartment_id = any (inside)") - 5
        for match in planted:
            replace_functions(SQL[: match.start()] + "true" + SQL[match.end() :])
            with pytest.raises(AssertionError, match="something else"):
                check_functions(world)
        replace_functions(SQL)
        check_functions(world)

    def test_over_time_is_caught_as_well(self, committed_db: Address) -> None:
        world = make_world(make_cast(), 1)
        planted = list(TEST.finditer(OVER_TIME))
        assert len(planted) == OVER_TIME.count("compartment_id = any (inside)") - 2
        for match in planted:
            replace_functions(OVER_TIME[: match.start()] + "true" + OVER_TIME[match.end() :])
            with pytest.raises(AssertionError, match="over time show"):
                check_functions(world)
        replace_functions(OVER_TIME)
        check_functions(world)


def replace_functions(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
