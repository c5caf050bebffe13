# SPDX-License-Identifier: Apache-2.0
"""What files leave out."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0009_break_glass"),
    ]
    operations = [
        run_sql_file(__file__, "leaving_out.sql"),
    ]
