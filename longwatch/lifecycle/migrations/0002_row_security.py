# SPDX-License-Identifier: Apache-2.0
"""Row security, guards, holds and erasing."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder; replaces what keeps rows unchanged by what lets an erasure through."""

    dependencies = [
        ("lifecycle", "0001_initial"),
        ("access", "0011_widening"),
        ("cases", "0007_leaving_out"),
        ("entities", "0003_mentions_by_section"),
        ("evidence", "0009_copies"),
        ("incidents", "0004_notices_row_security"),
        ("intake", "0014_reporter_walls"),
        ("records", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
    ]
