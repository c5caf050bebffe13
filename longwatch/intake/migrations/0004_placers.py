# SPDX-License-Identifier: Apache-2.0
"""Reaching the signals of a record that closes."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0003_report_form"), ("records", "0002_row_security")]
    operations = [run_sql_file(__file__, "placers.sql")]
