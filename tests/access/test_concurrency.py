# SPDX-License-Identifier: Apache-2.0
"""Two administrators at once, on two connections, with real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from longwatch.access import selectors
from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_roles, disable_account
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from tests.personas import Cast, make_cast

TAKE: dict[str, Callable[[Actor, Actor], object]] = {
    "demote": lambda other, by: change_roles(other.id, roles=["auditor"], by=by),
    "disable": lambda other, by: disable_account(other.id, reason="Quarrel", by=by),
}


@pytest.fixture
def two(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """A committed organisation with two administrators: the administrator and the lead."""
    with django_db_blocker.unblock():
        cast = make_cast()
        with acting_as(cast.administrator):
            change_roles(cast.lead.id, roles=["administrator"], by=cast.administrator)
        yield cast


@pytest.mark.parametrize("first", TAKE)
@pytest.mark.parametrize("second", TAKE)
def test_of_two_administrators_who_take_each_other_out_one_stays(two: Cast, first: str, second: str) -> None:
    one, other = two.administrator, two.lead
    start = Barrier(2)

    def run(act: str, by: Actor, whom: Actor) -> str:
        try:
            with acting_as(by):
                start.wait(10)
                TAKE[act](whom, by)
            return "done"
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()

    # Both act with the role they had when they asked; the slower has lost it by the time the lock is free.
    again = replace(other, roles=one.roles, permissions=one.permissions)
    with ThreadPoolExecutor(2) as pool:
        waiting = [
            pool.submit(run, first, one, other),
            pool.submit(run, second, again, one),
        ]
        assert sorted(each.result(60) for each in waiting) == ["done", "last_administrator"]
    assert selectors.accounts(one).filter(roles__contains=["administrator"]).count() == 1
