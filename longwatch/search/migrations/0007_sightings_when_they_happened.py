# SPDX-License-Identifier: Apache-2.0
"""The chart of sightings tells when signals happened, not when they came."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("search", "0006_sightings_over_time")]
    operations = [run_sql_file(__file__, "over_time.sql")]
