# SPDX-License-Identifier: Apache-2.0
"""Whether what still holds a signal is closed."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0007_receiving")]
    operations = [run_sql_file(__file__, "closing.sql")]
