# SPDX-License-Identifier: Apache-2.0
"""A cast whose acts are committed, because the engine looks on by a connection of its own."""

from collections.abc import Iterator

import pytest

from longwatch.core.postgres.address import ENGINE, Address
from longwatch.enrichment.lookups import Connection
from longwatch.ledger.connecting import as_role
from tests.personas import Cast, make_cast


@pytest.fixture
def committed(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def engine(committed: Cast) -> Iterator[Connection]:
    with as_role(ENGINE) as connection:
        yield connection
