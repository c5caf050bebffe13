# SPDX-License-Identifier: Apache-2.0
"""What was said about entities on the basis of a record goes with it; erasures commit to what the ledger covers."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """All functions of the life cycle, again."""

    dependencies = [
        ("lifecycle", "0010_persons_and_carriers"),
        ("intake", "0016_aggregation"),
        ("entities", "0005_identities_walled"),
    ]
    operations = [
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
        run_sql_file(__file__, "due.sql"),
        run_sql_file(__file__, "carrying.sql"),
    ]
