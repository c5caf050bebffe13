# SPDX-License-Identifier: Apache-2.0
"""Leaving a case ends its sections for one; who is kept from a case is inside none of its parts."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("cases", "0007_leaving_out"),
        ("access", "0013_several_hidden_sections"),
        ("ledger", "0007_row_content"),
    ]
    operations = [
        run_sql_file(__file__, "sections.sql"),
        run_sql_file(__file__, "publications.sql"),
        run_sql_file(__file__, "leaving_core.sql"),
    ]
