# SPDX-License-Identifier: Apache-2.0
"""An entry that covers a batch counts only where signals arrive."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0009_inbox_found"), ("ledger", "0004_guard_of_batches")]
    operations = [run_sql_file(__file__, "guards.sql")]
