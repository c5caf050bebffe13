# SPDX-License-Identifier: Apache-2.0
"""Its function went again with 0006; kept for databases that have seen it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing to do."""

    dependencies = [("intake", "0003_report_form"), ("records", "0002_row_security")]
    operations = []
