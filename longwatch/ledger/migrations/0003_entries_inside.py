# SPDX-License-Identifier: Apache-2.0
"""What functions of the database need to append entries by themselves."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("ledger", "0002_guard_by_statement")]
    operations = [run_sql_file(__file__, "inside.sql")]
