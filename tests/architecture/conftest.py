# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the architecture checks."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def owner_access(db: None, django_db_blocker: Any) -> Iterator[None]:
    """Let a check use the owner's connection, to plant something that it undoes."""
    with django_db_blocker.unblock():
        yield
