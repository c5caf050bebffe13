# SPDX-License-Identifier: Apache-2.0
"""What is fetched, in numbers."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("exchange", "0006_gauges"), ("enrichment", "0006_feeds")]
    operations = [run_sql_file(__file__, "gauges.sql")]
