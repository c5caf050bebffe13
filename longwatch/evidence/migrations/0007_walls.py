# SPDX-License-Identifier: Apache-2.0
"""Broken glass begins no uploads; keys are locked anew by the command alone."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("evidence", "0006_exported"),
        ("access", "0009_break_glass"),
    ]
    operations = [
        run_sql_file(__file__, "walls.sql"),
    ]
