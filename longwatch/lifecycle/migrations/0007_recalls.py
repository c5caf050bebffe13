# SPDX-License-Identifier: Apache-2.0
"""Bundles of a record are recalled when its content goes."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The disposal ends them in their rows, and says which files go."""

    dependencies = [("lifecycle", "0006_places_of_persons"), ("exchange", "0003_hash_of_the_file")]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
    ]
