# SPDX-License-Identifier: Apache-2.0
"""Row security and guards of what is said about entities."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("entities", "0004_identities"),
        ("access", "0018_sights_from_outside"),
    ]
    operations = [
        run_sql_file(__file__, "identities.sql"),
    ]
