# SPDX-License-Identifier: Apache-2.0
"""What the engine took and is at, and how many arrivals each notice stands for."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """A table in SQL, and the statement that receives once more."""

    dependencies = [("intake", "0017_quiet")]

    operations = [run_sql_file(__file__, "settling.sql"), run_sql_file(__file__, "receive.sql")]
