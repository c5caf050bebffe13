# SPDX-License-Identifier: Apache-2.0
"""Two transactions that wait for each other: the database ends one of them, which may begin again."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from psycopg.errors import DeadlockDetected

Result = TypeVar("Result")
TRIES = 3


def despite_deadlocks(whole: Callable[[], Result]) -> Result:
    """What comes of a whole transaction, begun again when the database ended it for another that it waited for."""
    for _ in range(TRIES - 1):
        try:
            return whole()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return whole()
