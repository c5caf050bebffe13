# SPDX-License-Identifier: Apache-2.0
"""Reads behind row security."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.ids import uuid7
from longwatch.core.paging import encode_cursor
from longwatch.enrichment import selectors
from longwatch.enrichment.models import Known
from tests.enrichment.services.test_inventory import added
from tests.enrichment.services.test_watching import made
from tests.personas import Cast


class TestHome:
    def test_is_where_operations_are(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            assert selectors.home(cast.analyst).id == cast.operations.id

    def test_is_not_there_for_who_is_not_inside(self, cast: Cast) -> None:
        with acting_as(cast.administrator), pytest.raises(NotFound):
            selectors.home(cast.administrator)


class TestItems:
    @pytest.mark.parametrize("cursor", ["x", encode_cursor(["a", "no uuid"])])
    def test_refuses_a_cursor_that_is_none_of_ours(self, cast: Cast, cursor: str) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            selectors.items(cast.analyst, "asset", cursor=cursor)

    @pytest.mark.parametrize("words", ["%", "_", "\\", "'", "\0", "%s"])
    def test_takes_every_sign_for_itself(self, cast: Cast, words: str) -> None:
        added(cast)
        with acting_as(cast.analyst):
            assert len(selectors.items(cast.analyst, "asset", words).rows) == (1 if words == "\0" else 0)


class TestItem:
    def test_refuses_what_is_not_there(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            selectors.item(cast.analyst, uuid7())


class TestItemsByName:
    def test_finds_those_that_are_there(self, cast: Cast) -> None:
        added(cast)
        with acting_as(cast.supervisor):
            assert set(selectors.items_by_name(cast.supervisor, Known.ASSET, ["web1", "none"])) == {"web1"}


class TestWatchlists:
    def test_say_how_much_is_on_them(self, cast: Cast) -> None:
        row = made(cast)
        with acting_as(cast.analyst):
            assert selectors.watchlist(cast.analyst, row.id).size == 0  # type: ignore[attr-defined]


class TestEnrichment:
    def test_know_that_nobody_looked(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            found = selectors.enrichment(uuid7())
        assert (found.state, found.results) == ("", [])
