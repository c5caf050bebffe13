# SPDX-License-Identifier: Apache-2.0
"""Attachments of reports: also of people who are signed in, and only of reports that are there."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("evidence", "0002_row_security"),
        ("intake", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "evidence.sql"),
    ]
