# SPDX-License-Identifier: Apache-2.0
"""Numbers for the page Health, of the viewer's organisation only."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One function."""

    dependencies = [("exchange", "0008_senders"), ("intake", "0035_known_figures")]
    operations = [run_sql_file(__file__, "gauges_seen.sql")]
