# SPDX-License-Identifier: Apache-2.0
"""Indexes that keep the engine's work the same, however large groups get and however long it runs."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("grouping", "0002_auto"),
    ]
    operations = [
        run_sql_file(__file__, "bounds.sql"),
    ]
