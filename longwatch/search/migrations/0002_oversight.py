# SPDX-License-Identifier: Apache-2.0
"""Break-glass by reference, and sealed matches."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("search", "0001_search"),
        ("access", "0009_break_glass"),
        ("entities", "0002_row_security"),
        ("evidence", "0002_row_security"),
        ("incidents", "0002_row_security"),
        ("cases", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "oversight.sql"),
    ]
