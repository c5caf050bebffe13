# SPDX-License-Identifier: Apache-2.0
"""A cast whose acts are committed, because the engine looks on by a connection of its own."""

from collections.abc import Iterator

import pytest

from longwatch.core.postgres.address import Address
from longwatch.enrichment.extractor import as_engine
from longwatch.enrichment.lookups import Connection
from tests.personas import Cast, make_cast


@pytest.fixture
def committed(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def engine(committed: Cast) -> Iterator[Connection]:
    with as_engine() as connection:
        yield connection
