# SPDX-License-Identifier: Apache-2.0
"""A hand-over holds people, records and what hangs on them in the order of every service."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("search", "0003_handing_over"),
    ]
    operations = [
        run_sql_file(__file__, "handing_over.sql"),
    ]
