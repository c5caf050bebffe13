# SPDX-License-Identifier: Apache-2.0
"""What is shown of sources costs the same however much came."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Indexes, what was counted and heard, and the functions that go on from there."""

    dependencies = [("intake", "0033_bodies_that_went")]
    operations = [run_sql_file(__file__, "scans.sql")]
