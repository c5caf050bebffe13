# SPDX-License-Identifier: Apache-2.0
"""Values of loaded lists, row security, guards, and what the engine may do."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("enrichment", "0001_initial"),
        ("intake", "0016_aggregation"),
        ("access", "0018_sights_from_outside"),
        ("records", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "enrichment.sql"),
    ]
