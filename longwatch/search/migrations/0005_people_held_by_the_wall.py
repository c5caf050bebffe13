# SPDX-License-Identifier: Apache-2.0
"""Nobody is given work in the moment in which their account is closed, whoever asks the database."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("search", "0004_hand_over_order"),
    ]
    operations = [
        run_sql_file(__file__, "handing_over.sql"),
    ]
