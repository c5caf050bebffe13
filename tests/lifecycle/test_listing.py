# SPDX-License-Identifier: Apache-2.0
"""Pages that have the newest first, and lose nothing between them."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid
from longwatch.core.paging import encode_cursor
from longwatch.lifecycle import selectors
from longwatch.lifecycle.services.holds import hold_organisation
from tests.personas import Cast


class TestNewestFirst:
    """newest_first"""

    def test_goes_through_all_of_them_once(self, cast: Cast) -> None:
        with acting_as(cast.counsel):
            for number in range(5):
                hold_organisation(matter=f"M {number}", reason="Sued", by=cast.counsel)
            seen: list[str] = []
            cursor = None
            for _ in range(3):
                page = selectors.holds_page(cursor=cursor, limit=2)
                seen, cursor = [*seen, *(row.matter for row in page.rows)], page.next_cursor
        assert (seen, cursor) == (["M 4", "M 3", "M 2", "M 1", "M 0"], None)

    @pytest.mark.parametrize("cursor", ["x", encode_cursor(["today", "me"]), encode_cursor([1])])
    def test_refuses_a_cursor_that_is_not_ours(self, cast: Cast, cursor: str) -> None:
        with acting_as(cast.counsel), pytest.raises(Invalid):
            selectors.holds_page(cursor=cursor)
