# SPDX-License-Identifier: Apache-2.0
"""Who can take over which work."""

import pytest
from django.db import connection

from longwatch.search.hand_over_rules import KIND_NAMES, TAKES_OVER, can_take_over
from tests.personas import Cast


class TestTakesOver:
    """TAKES_OVER"""

    @pytest.mark.parametrize("kind", KIND_NAMES)
    def test_is_the_same_in_the_database(self, db: None, kind: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select hand_over_roles(%s)", [kind])
            assert set(cursor.fetchone()[0]) == {str(role) for role in TAKES_OVER[kind]}


class TestCanTakeOver:
    """can_take_over"""

    def test_needs_a_role_that_may(self, cast: Cast) -> None:
        assert can_take_over("medical", cast.accounts["medical"])
        assert not can_take_over("medical", cast.accounts["investigator"])

    def test_needs_an_account_that_is_open(self, cast: Cast) -> None:
        account = cast.accounts["medical"]
        account.is_active = False
        assert not can_take_over("medical", account)
