# SPDX-License-Identifier: Apache-2.0
"""Sealing files of an older version looks at one file, not at all of them, for each."""

from typing import ClassVar

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The function that looks."""

    dependencies: ClassVar = [("evidence", "0012_receipts")]
    operations: ClassVar = [run_sql_file(__file__, "unsealed.sql")]
