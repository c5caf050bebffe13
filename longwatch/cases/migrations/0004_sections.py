# SPDX-License-Identifier: Apache-2.0
"""What may be known of a case from outside a section, or from outside its core."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("cases", "0003_findings_by_section"),
        ("access", "0006_section_rules"),
        ("records", "0002_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "sections.sql"),
    ]
