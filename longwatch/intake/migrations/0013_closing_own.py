# SPDX-License-Identifier: Apache-2.0
"""What closes signals with their record asks for one's own compartments, not for what break-glass shows."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0012_reporter"),
        ("access", "0009_break_glass"),
    ]
    operations = [
        run_sql_file(__file__, "closing.sql"),
    ]
