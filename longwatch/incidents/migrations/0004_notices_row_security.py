# SPDX-License-Identifier: Apache-2.0
"""Row security and guards of notices."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("incidents", "0003_notices"),
        ("access", "0006_section_rules"),
    ]
    operations = [
        run_sql_file(__file__, "notices.sql"),
    ]
