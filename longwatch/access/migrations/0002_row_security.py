# SPDX-License-Identifier: Apache-2.0
"""Row security and ledger guards."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0001_initial"),
        ("ledger", "0001_ledger"),
    ]
    operations = [
        run_sql_file(__file__, "context.sql"),
        run_sql_file(__file__, "policies.sql"),
        run_sql_file(__file__, "guards.sql"),
    ]
