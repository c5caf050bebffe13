# SPDX-License-Identifier: Apache-2.0
"""Beginning again after a deadlock, as the database reports one."""

import pytest
from django.db import OperationalError, connection, transaction

from longwatch.core.deadlocks import TRIES, despite_deadlocks
from tests.personas import Cast

DEADLOCK, OTHER = "40P01", "55P03"


class Whole:
    """A transaction that the database ends as often as a test says."""

    def __init__(self, ends: int, code: str = DEADLOCK) -> None:
        self.begun, self._ends, self._code = 0, ends, code

    def __call__(self) -> str:
        self.begun += 1
        with transaction.atomic(), connection.cursor() as cursor:
            if self.begun <= self._ends:
                cursor.execute(f"do $$ begin raise exception 'ended' using errcode = '{self._code}'; end $$")
            return "done"


class TestDespiteDeadlocks:
    """despite_deadlocks"""

    def test_begins_again(self, cast: Cast) -> None:
        whole = Whole(ends=TRIES - 1)
        assert (despite_deadlocks(whole), whole.begun) == ("done", TRIES)

    @pytest.mark.parametrize(("whole", "begun"), [(Whole(99), TRIES), (Whole(99, OTHER), 1)])
    def test_says_what_does_not_pass(self, cast: Cast, whole: Whole, begun: int) -> None:
        with pytest.raises(OperationalError):
            despite_deadlocks(whole)
        assert whole.begun == begun
