# SPDX-License-Identifier: Apache-2.0
"""Who was told of a record is written down by whoever told them."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("access", "0015_subject_request_notices"),
    ]
    operations = [
        run_sql_file(__file__, "notified.sql"),
    ]
