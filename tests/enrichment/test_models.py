# SPDX-License-Identifier: Apache-2.0
"""The database's own rules about them."""

import pytest
from django.db import ProgrammingError, connection, transaction

from longwatch.access.context import acting_as
from tests.enrichment.services.test_inventory import added
from tests.personas import Cast


class TestResult:
    @pytest.mark.parametrize(
        "statement",
        ["insert into enrichment_result default values", "delete from enrichment_result",
         "update enrichment_look set text = 'done'"],
    )  # fmt: skip
    def test_is_written_by_the_engine_alone(self, cast: Cast, statement: str) -> None:
        with (
            acting_as(cast.analyst),
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(statement)


class TestInventoryItem:
    def test_is_not_deleted(self, cast: Cast) -> None:
        added(cast)
        with (
            acting_as(cast.supervisor),
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute("delete from enrichment_item")
