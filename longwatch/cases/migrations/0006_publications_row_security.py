# SPDX-License-Identifier: Apache-2.0
"""Row security and guards of publications, privilege and witnesses."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("cases", "0005_publications"),
        ("incidents", "0004_notices_row_security"),
        ("access", "0006_section_rules"),
    ]
    operations = [
        run_sql_file(__file__, "publications.sql"),
    ]
