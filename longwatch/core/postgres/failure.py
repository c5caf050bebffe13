# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with the embedded server, in sentences an operator can act on."""

from longwatch.core.errors import LongwatchError


class PostgresError(LongwatchError):
    """The embedded server cannot do what was asked; the sentence says what to try."""

    default_code = "postgres"
