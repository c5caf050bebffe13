# SPDX-License-Identifier: Apache-2.0
"""One entry of the ledger for each link in the chain of custody."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("evidence", "0003_report_attachments")]
    operations = [run_sql_file(__file__, "custody.sql")]
