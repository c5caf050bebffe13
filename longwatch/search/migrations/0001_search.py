# SPDX-License-Identifier: Apache-2.0
"""The functions that search past row security, and the indexes they walk."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0002_row_security"),
        ("records", "0002_row_security"),
        ("entities", "0002_row_security"),
        ("evidence", "0002_row_security"),
        ("intake", "0002_row_security"),
        ("incidents", "0002_row_security"),
        ("cases", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "search.sql"),
    ]
