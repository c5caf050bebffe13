# SPDX-License-Identifier: Apache-2.0
"""The newest signals with common words are sought window by window, and what was judged has an index of its own."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("intake", "0022_rises"),
    ]
    operations = [
        run_sql_file(__file__, "newest.sql"),
        run_sql_file(__file__, "inbox.sql"),
    ]
