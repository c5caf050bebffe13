# SPDX-License-Identifier: Apache-2.0
"""What arrivals were understood to say is covered by the ledger, beside their raw bytes."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """A column of arrivals, and the function that stores them."""

    dependencies = [
        ("intake", "0028_mailboxes"),
    ]
    operations = [
        run_sql_file(__file__, "understood.sql"),
        run_sql_file(__file__, "receive.sql"),
    ]
