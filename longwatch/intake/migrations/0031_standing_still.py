# SPDX-License-Identifier: Apache-2.0
"""Erasing waits for the stages of the engine; judging and closing do not."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """What the engine locks by, and closing with a lesser lock."""

    dependencies = [("intake", "0030_mappings")]
    operations = [run_sql_file(__file__, "standing_still.sql"), run_sql_file(__file__, "closing.sql")]
