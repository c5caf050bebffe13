# SPDX-License-Identifier: Apache-2.0
"""Occurrences, indexes, row security, guards, and the function that receives."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0001_initial"),
        ("access", "0002_row_security"),
        ("records", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "intake.sql"),
        run_sql_file(__file__, "guards.sql"),
        run_sql_file(__file__, "receive.sql"),
        run_sql_file(__file__, "search.sql"),
    ]
