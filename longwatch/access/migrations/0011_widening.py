# SPDX-License-Identifier: Apache-2.0
"""Rows that say who may know never change to say more."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0010_leaving_out"),
    ]
    operations = [
        run_sql_file(__file__, "widening.sql"),
    ]
