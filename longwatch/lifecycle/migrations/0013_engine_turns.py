# SPDX-License-Identifier: Apache-2.0
"""Erasing takes the signals of a record before anything else, as the engine does."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """All functions of the life cycle, again."""

    dependencies = [("lifecycle", "0012_analyses"), ("intake", "0031_standing_still")]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
        run_sql_file(__file__, "due.sql"),
        run_sql_file(__file__, "carrying.sql"),
    ]
