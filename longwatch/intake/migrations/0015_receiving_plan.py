# SPDX-License-Identifier: Apache-2.0
"""Receiving looks for the signal before by its index also on connections that were opened while there were none."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0014_reporter_walls"),
    ]
    operations = [
        run_sql_file(__file__, "receive.sql"),
    ]
