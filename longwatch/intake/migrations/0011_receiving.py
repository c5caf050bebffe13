# SPDX-License-Identifier: Apache-2.0
"""A signal names the one before it also when that was closing as it came; all lock signals in one order."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0010_guards")]
    operations = [run_sql_file(__file__, "receive.sql"), run_sql_file(__file__, "closing.sql")]
