# SPDX-License-Identifier: Apache-2.0
"""Reads of webhooks out."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from longwatch.exchange import hook_selectors as selectors
from tests.exchange.services.test_subscribing import made
from tests.personas import Cast


class TestSelectors:
    def test_show_administrators_all_of_their_organisation(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            assert [each.id for each in selectors.subscriptions(cast.administrator)] == [row.id]
        with acting_as(cast.supervisor):
            assert not selectors.subscriptions(cast.supervisor)

    def test_refuse_what_is_not_there(self, cast: Cast) -> None:
        with acting_as(cast.administrator), pytest.raises(NotFound):
            selectors.subscription(cast.administrator, uuid7())

    def test_count_what_a_new_one_has_not_been_asked_about_as_nothing(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            assert selectors.behind(selectors.subscription(cast.administrator, row.id)) == 0

    def test_name_the_compartments_that_it_is_limited_to(self, cast: Cast) -> None:
        row, _secret = made(cast, compartments=[cast.operations.id])
        with acting_as(cast.administrator):
            assert selectors.places(row) in ([cast.operations.name], [])
