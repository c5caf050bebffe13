# SPDX-License-Identifier: Apache-2.0
"""Whoever lost sight of a signal is not told that it rose."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One function, again."""

    dependencies = [("intake", "0031_standing_still"), ("access", "0021_rise_notices")]
    operations = [run_sql_file(__file__, "rises.sql")]
