# SPDX-License-Identifier: Apache-2.0
"""What functions of the database commit to leaves out what is outside the ledger."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("ledger", "0007_row_content"),
    ]
    operations = [
        run_sql_file(__file__, "row_content.sql"),
    ]
