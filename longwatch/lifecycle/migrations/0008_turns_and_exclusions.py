# SPDX-License-Identifier: Apache-2.0
"""Holds and erasures take turns; nobody whom a reporter named learns of the record by office; texts only are struck."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """All functions and walls of the life cycle, again."""

    dependencies = [("lifecycle", "0007_recalls")]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
    ]
