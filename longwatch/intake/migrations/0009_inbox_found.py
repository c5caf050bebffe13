# SPDX-License-Identifier: Apache-2.0
"""Whole pages of signals in any state for words, places and entities."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0008_held_by")]
    operations = [run_sql_file(__file__, "inbox.sql")]
