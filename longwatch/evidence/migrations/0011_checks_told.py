# SPDX-License-Identifier: Apache-2.0
"""What the looks at stored bytes came to, for auditors."""

from typing import ClassVar

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The function that counts."""

    dependencies: ClassVar = [("evidence", "0010_custody_reports")]
    operations: ClassVar = [run_sql_file(__file__, "checks_told.sql")]
