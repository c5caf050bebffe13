# SPDX-License-Identifier: Apache-2.0
"""What exports say goes with its record, and what was let go stays closed."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Again, with the tables of the exchange."""

    dependencies = [
        ("lifecycle", "0002_row_security"),
        ("exchange", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
    ]
