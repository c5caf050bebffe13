# SPDX-License-Identifier: Apache-2.0
"""The tree over the entries: places, nodes, checkpoints and keys; what waits carries its hash; leaves cover more."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("ledger", "0004_guard_of_batches")]
    operations = [
        run_sql_file(__file__, "ledger.sql"),
        run_sql_file(__file__, "inside.sql"),
        run_sql_file(__file__, "sequencer.sql"),
    ]
