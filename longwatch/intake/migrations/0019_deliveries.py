# SPDX-License-Identifier: Apache-2.0
"""Keeping bodies whole, how sources are doing, and telling when one falls silent."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("intake", "0018_settling"),
    ]
    operations = [
        run_sql_file(__file__, "deliveries.sql"),
    ]
