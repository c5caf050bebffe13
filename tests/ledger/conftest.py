# SPDX-License-Identifier: Apache-2.0
"""A committed cast, whose first entries wait for their places."""

from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.core.postgres.address import Address
from tests.personas import Cast, make_cast


@pytest.fixture
def committed(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed."""
    with django_db_blocker.unblock():
        yield make_cast()
