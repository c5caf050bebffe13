# SPDX-License-Identifier: Apache-2.0
"""Broken glass neither writes to reporters nor asks who they are; only a report's own custodians decide."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0013_closing_own"),
    ]
    operations = [
        run_sql_file(__file__, "reporter_walls.sql"),
    ]
