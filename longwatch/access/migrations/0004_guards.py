# SPDX-License-Identifier: Apache-2.0
"""The application appends no entries that cover a batch; the day an account was made is guarded, too."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("access", "0003_api_replay"), ("ledger", "0004_guard_of_batches")]
    operations = [run_sql_file(__file__, "policies.sql"), run_sql_file(__file__, "guards.sql")]
