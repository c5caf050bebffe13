# SPDX-License-Identifier: Apache-2.0
"""Row security and ledger guards."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("exchange", "0001_initial"),
        ("access", "0002_row_security"),
        ("records", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "exchange.sql"),
    ]
