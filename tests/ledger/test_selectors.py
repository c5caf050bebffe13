# SPDX-License-Identifier: Apache-2.0
"""Reads of the ledger."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.core.paging import encode_cursor
from longwatch.ledger.selectors import newest_entries
from tests.personas import Cast


def ids(cast: Cast, actor: Actor, cursor: str | None = None, action: str = "", limit: int = 100) -> list[int]:
    with acting_as(actor):
        return [e.id for e in newest_entries(cast.organisation.id, cursor=cursor, action=action, limit=limit)]


class TestNewestEntries:
    """newest_entries"""

    def test_are_newest_first_up_to_the_limit(self, cast: Cast) -> None:
        found = ids(cast, cast.auditor)
        assert found == sorted(found, reverse=True)
        assert ids(cast, cast.auditor, limit=3) == found[:3]

    def test_go_on_before_the_cursor(self, cast: Cast) -> None:
        found = ids(cast, cast.auditor)
        assert ids(cast, cast.auditor, cursor=encode_cursor([found[2]])) == found[3:]

    def test_end_after_the_oldest(self, cast: Cast) -> None:
        oldest = ids(cast, cast.auditor)[-1]
        assert ids(cast, cast.auditor, cursor=encode_cursor([oldest])) == []

    def test_can_be_of_one_verb_or_one_noun(self, cast: Cast) -> None:
        assert len(ids(cast, cast.auditor, action="compartment.opened")) == 2
        assert len(ids(cast, cast.auditor, action="account.")) == len(cast.accounts) - 1

    @pytest.mark.parametrize("action", ["opened", "%", "_ccount", "ACCOUNT", "\x00", "account.\x00", "'"])
    def test_are_none_of_what_is_no_verb(self, cast: Cast, action: str) -> None:
        assert ids(cast, cast.auditor, action=action) == []

    @pytest.mark.parametrize("values", [["abc"], ["1"], [1, 2], [""]])
    def test_refuse_cursors_of_other_lists(self, cast: Cast, values: list[str | int]) -> None:
        with pytest.raises(Invalid):
            ids(cast, cast.auditor, cursor=encode_cursor(values))

    @pytest.mark.parametrize(("number", "all_of_them"), [(10**40, True), (-(10**40), False), (0, False)])
    def test_take_numbers_beyond_all_entries(self, cast: Cast, number: int, all_of_them: bool) -> None:
        assert bool(ids(cast, cast.auditor, cursor=encode_cursor([number]))) is all_of_them

    @pytest.mark.parametrize("name", ["outsider", "reporter", "integration"])
    def test_are_nothing_to_who_may_not_read_them(self, cast: Cast, name: str) -> None:
        assert ids(cast, cast.actors[name]) == []
