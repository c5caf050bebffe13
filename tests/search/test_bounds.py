# SPDX-License-Identifier: Apache-2.0
"""Look-ups of signals are bounded, exact as far as they say so, and tell nobody of what they may not see."""

import re
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

import longwatch.intake
from longwatch.core.postgres.address import Address
from tests.search.crowd import Crowd, check_crowd, make_crowd
from tests.search.test_wall import replace_functions

FILES = Path(longwatch.intake.__file__).parent / "sql"
SQL = "".join((FILES / name).read_text(encoding="utf-8") for name in ("search.sql", "newest.sql"))
INSIDE = re.compile(r"[gs]\.compartment_id = (?:any \(inside\)|c\.id\b)")
# Three that show nothing: where signals are at all, how far a walk went, and whether there are few.
HARMLESS = (
    "exists (select 1 from intake_signal g where ", "select g.first_seen from intake_signal g where ",
    "select from intake_signal g where ",
)  # fmt: skip


ALL_LOOKED_BACK = """
select id from intake_looking_back('fresh'::tsquery, null, array[%s::uuid], %s, '-infinity', 'infinity',
                                   'ffffffff-ffff-ffff-ffff-ffffffffffff', 9000)
"""


def all_looked_back(crowd: Crowd) -> list[UUID]:
    """What is found window by window when more is wanted than any window holds."""
    with psycopg.connect(crowd.address.admin_conninfo(crowd.address.database)) as admin:
        cast = crowd.cast
        return [each for (each,) in admin.execute(ALL_LOOKED_BACK, [cast.signals.id, cast.organisation.id]).fetchall()]


def in_windows(sql: str) -> str:
    """The same, so that also a small crowd is too large to be looked at as a whole."""
    assert sql.count("30000") == 2
    return sql.replace("30000", "300")


@pytest.fixture
def crowd(committed_db: Address) -> Crowd:
    return make_crowd(committed_db)


class TestLookups:
    """intake/sql/search.sql and newest.sql"""

    def test_show_exactly_what_row_security_shows(self, crowd: Crowd) -> None:
        check_crowd(crowd)

    def test_are_caught_when_any_of_them_forgets_the_compartment(self, crowd: Crowd) -> None:
        planted = [match for match in INSIDE.finditer(SQL) if not _is_harmless(match.start())]
        assert len(planted) == 8
        for match in planted:
            changed = SQL[: match.start()] + "true" + SQL[match.end() :]
            # One is only asked when there are too many for the others.
            replace_functions(in_windows(changed) if SQL.startswith(") is true", match.end()) else changed)
            with pytest.raises(AssertionError, match="something else"):
                check_crowd(crowd)

    def test_show_the_same_window_by_window(self, crowd: Crowd) -> None:
        replace_functions(in_windows(SQL))
        check_crowd(crowd)

    def test_find_all_of_it_across_windows_and_are_caught_otherwise(self, crowd: Crowd) -> None:
        everything = list(all_looked_back(crowd))
        assert len(everything) == 5200
        # A window that ends where the next does not begin, one that is gone through twice, and too few of them.
        for right, wrong in (
            ("until_at := moment;", "until_at := moment - interval '30 minutes';"),
            ("until_at := moment;", "null;"),
            ("order by e desc) || from_at;", "order by e desc);"),
        ):
            assert SQL.count(right) == 1
            replace_functions(SQL.replace(right, wrong))
            assert all_looked_back(crowd) != everything, wrong

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
