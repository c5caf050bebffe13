# SPDX-License-Identifier: Apache-2.0
"""What a file about a case leaves out."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("cases", "0006_publications_row_security"),
        ("access", "0010_leaving_out"),
        ("entities", "0003_mentions_by_section"),
        ("evidence", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "leaving_out.sql"),
    ]
