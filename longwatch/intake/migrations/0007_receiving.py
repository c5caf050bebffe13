# SPDX-License-Identifier: Apache-2.0
"""Receiving costs less: hashes come with the bytes, and nothing is analysed that no plan asks for."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0006_closing")]
    operations = [run_sql_file(__file__, "receive.sql"), run_sql_file(__file__, "statistics.sql")]
