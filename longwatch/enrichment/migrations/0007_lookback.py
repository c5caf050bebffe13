# SPDX-License-Identifier: Apache-2.0
"""Lists in which signals that are there already are looked up."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("enrichment", "0006_feeds")]
    operations = [run_sql_file(__file__, "lookback.sql")]
