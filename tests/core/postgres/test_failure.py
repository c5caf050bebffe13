# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with the embedded server."""

from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.failure import PostgresError


class TestPostgresError:
    """PostgresError"""

    def test_carries_a_sentence_for_the_operator_and_a_code_for_programs(self) -> None:
        error = PostgresError("The port is taken. Stop the other server.")
        assert isinstance(error, LongwatchError)
        assert (error.sentence, error.code) == ("The port is taken. Stop the other server.", "postgres")
