# SPDX-License-Identifier: Apache-2.0
"""Signals that became more severe after somebody had them in hand."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """When, and of which of them somebody was told."""

    dependencies = [("access", "0021_rise_notices"), ("intake", "0021_quiet_tally")]

    operations = [
        migrations.AddField(model_name="signal", name="stirred_at", field=models.DateTimeField(null=True)),
        run_sql_file(__file__, "rises.sql"),
        run_sql_file(__file__, "receive.sql"),
    ]
