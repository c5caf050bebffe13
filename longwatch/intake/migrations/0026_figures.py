# SPDX-License-Identifier: Apache-2.0
"""Figures of sources."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Their tables, and the functions that count and tell them."""

    dependencies = [("intake", "0025_quiet_indexes")]
    operations = [run_sql_file(__file__, "figures.sql")]
