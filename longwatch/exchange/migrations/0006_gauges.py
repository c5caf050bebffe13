# SPDX-License-Identifier: Apache-2.0
"""Numbers for monitoring."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One function."""

    dependencies = [
        ("exchange", "0005_subscriptions"),
        ("intake", "0026_figures"),
        ("ledger", "0005_sequencer"),
    ]
    operations = [run_sql_file(__file__, "gauges.sql")]
