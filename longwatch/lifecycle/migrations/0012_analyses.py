# SPDX-License-Identifier: Apache-2.0
"""What analyzers answered goes with the record that they were asked from."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """All functions of the life cycle, again."""

    dependencies = [
        ("lifecycle", "0011_statements_about_entities"),
        ("enrichment", "0003_analyzers"),
    ]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
        run_sql_file(__file__, "due.sql"),
        run_sql_file(__file__, "carrying.sql"),
    ]
