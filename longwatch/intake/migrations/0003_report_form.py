# SPDX-License-Identifier: Apache-2.0
"""The report form's own functions, one's own reports, and counts of entities."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("intake", "0002_row_security")]
    operations = [run_sql_file(__file__, "report_form.sql")]
