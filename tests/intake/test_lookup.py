# SPDX-License-Identifier: Apache-2.0
"""Lists of signals by words and entities: whole, in order and within the reader's sight, however common the words."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

import longwatch.intake
from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake import selectors
from longwatch.intake.models import SignalStatus
from longwatch.intake.selectors import SignalFilter
from tests.intake.test_api import Caller
from tests.search.crowd import READERS, Crowd, make_crowd, visible
from tests.search.test_bounds import in_windows
from tests.search.test_wall import replace_functions

FILES = Path(longwatch.intake.__file__).parent / "sql"
SQL, NEWEST = ((FILES / name).read_text(encoding="utf-8") for name in ("inbox.sql", "newest.sql"))
LEFT_OPEN = 7
ONLY_OLD_ONES_OPEN = """
update intake_signal set status = case when id = any (array(
  select id from intake_signal where title = 'fresh' and compartment_id = %s order by first_seen limit %s))
  then 'new' else 'dismissed' end
"""


@pytest.fixture
def crowd(committed_db: Address) -> Crowd:
    return make_crowd(committed_db)


def walked(crowd: Crowd, reader: str, wanted: SignalFilter) -> list[UUID]:
    """All that a reader's list shows, page after page."""
    actor, seen, cursor = crowd.cast.actors[reader], [], None
    while True:
        page = selectors.signals(actor, wanted, cursor=cursor, limit=200)
        seen += [signal.id for signal in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return seen


def check_walks(crowd: Crowd) -> None:
    """Lists show everybody what row security shows them; raises AssertionError otherwise."""
    for reader in READERS:
        with acting_as(crowd.cast.actors[reader]):
            for wanted in (
                SignalFilter(words="fresh"),
                SignalFilter(words="fresh", statuses=(SignalStatus.DISMISSED,)),
                SignalFilter(entity=crowd.entity("formerly"), statuses=("new", "acknowledged")),
            ):
                plain = visible(wanted.words or "formerly")
                plain = plain.filter(status__in=wanted.statuses) if wanted.statuses else plain
                assert walked(crowd, reader, wanted) == list(plain.values_list("id", flat=True)), reader


class TestLookUp:
    """intake/sql/inbox.sql"""

    def test_pages_hold_all_that_fits_once_and_in_order(self, crowd: Crowd) -> None:
        check_walks(crowd)

    def test_pages_hold_the_same_window_by_window(self, crowd: Crowd) -> None:
        replace_functions(in_windows(NEWEST))
        check_walks(crowd)

    def test_windows_that_leave_something_out_are_caught(self, crowd: Crowd) -> None:
        replace_functions(in_windows(NEWEST) + SQL.replace("interval '1 microsecond'", "interval '30 minutes'"))
        with pytest.raises(AssertionError):
            check_walks(crowd)

    def test_a_forgotten_compartment_is_caught(self, crowd: Crowd) -> None:
        guard = "(s.compartment_id = any (inside)) is true"
        assert SQL.count(guard) == 1
        replace_functions(in_windows(NEWEST) + SQL.replace(guard, "true"))
        with pytest.raises(AssertionError):
            check_walks(crowd)

    def test_what_is_open_is_found_below_thousands_that_were_judged(self, crowd: Crowd) -> None:
        with psycopg.connect(crowd.address.admin_conninfo(crowd.address.database), autocommit=True) as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(ONLY_OLD_ONES_OPEN, [crowd.cast.signals.id, LEFT_OPEN])
        caller = Caller(crowd.cast, "analyst")
        entity = str(crowd.entity("fresh"))
        for query in ({"q": "fresh"}, {"entity": entity}):
            found: dict[str, Any] = caller.get("/signals", status="open", **query).json()
            assert len(found["items"]) == LEFT_OPEN, query
