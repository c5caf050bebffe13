# SPDX-License-Identifier: Apache-2.0
"""Entries that cover a batch count only where batches are written; identifiers stay; nothing is written ahead."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("ledger", "0003_entries_inside")]
    operations = [run_sql_file(__file__, "ledger.sql"), run_sql_file(__file__, "guard_again.sql")]
