# SPDX-License-Identifier: Apache-2.0
"""Who may be inside which section of a record."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0005_sections"),
        ("ledger", "0001_ledger"),
    ]
    operations = [
        run_sql_file(__file__, "sections.sql"),
    ]
