# SPDX-License-Identifier: Apache-2.0
"""The guard looks once a statement, at what waits for the sequencer; one function appends."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder; on an empty database the first migration has done all of it."""

    dependencies = [("ledger", "0001_ledger")]
    operations = [run_sql_file(__file__, "ledger.sql"), run_sql_file(__file__, "guard_again.sql")]
