# SPDX-License-Identifier: Apache-2.0
"""Lists of what is to be judged, however much is kept quiet."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Indexes that hold one of the two alone."""

    dependencies = [("intake", "0024_canaries")]

    operations = [run_sql_file(__file__, "quiet_indexes.sql")]
