# SPDX-License-Identifier: Apache-2.0
"""Look-ups of signals are bounded, exact as far as they say so, and tell nobody of what they may not see."""

import re
from pathlib import Path

import pytest

import longwatch.intake
from longwatch.core.postgres.address import Address
from tests.search.crowd import Crowd, check_crowd, make_crowd
from tests.search.test_wall import replace_functions

SQL = (Path(longwatch.intake.__file__).parent / "sql" / "search.sql").read_text(encoding="utf-8")
INSIDE = re.compile(r"[gs]\.compartment_id = (?:any \(inside\)|c\.id\b)")
# Two that show nothing: where signals are at all, and how far a walk went.
HARMLESS = ("exists (select 1 from intake_signal g where ", "select g.first_seen from intake_signal g where ")


@pytest.fixture
def crowd(committed_db: Address) -> Crowd:
    return make_crowd(committed_db)


class TestLookups:
    """intake/sql/search.sql"""

    def test_show_exactly_what_row_security_shows(self, crowd: Crowd) -> None:
        check_crowd(crowd)

    def test_are_caught_when_any_of_them_forgets_the_compartment(self, crowd: Crowd) -> None:
        planted = [match for match in INSIDE.finditer(SQL) if not _is_harmless(match.start())]
        assert len(planted) == 7
        for match in planted:
            replace_functions(SQL[: match.start()] + "true" + SQL[match.end() :])
            with pytest.raises(AssertionError, match="something else"):
                check_crowd(crowd)

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            # A walk that ended early takes itself for complete; a look that stopped takes itself for exact.
            ("coalesce(bool_and(f.complete), false)", "true"),
            ("count(*) < enough", "true"),
            ("exit when (select count(distinct h.signal) from unnest(found) h) < most * cardinality(rest);", "exit;"),
        ],
    )
    def test_are_caught_when_they_stop_too_early(self, crowd: Crowd, right: str, wrong: str) -> None:
        assert SQL.count(right) == 1
        replace_functions(SQL.replace(right, wrong))
        with pytest.raises(AssertionError, match="something else"):
            check_crowd(crowd)


def _is_harmless(start: int) -> bool:
    before = re.sub(r"\s+", " ", SQL[max(0, start - 80) : start])
    return before.endswith(HARMLESS)
