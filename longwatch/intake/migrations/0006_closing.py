# SPDX-License-Identifier: Apache-2.0
"""Signals close and reopen with their record, whoever closes it."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0005_inbox_found"), ("ledger", "0003_entries_inside"), ("records", "0002_row_security"),
    ]  # fmt: skip
    operations = [run_sql_file(__file__, "closing.sql")]
