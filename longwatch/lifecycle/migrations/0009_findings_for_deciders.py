# SPDX-License-Identifier: Apache-2.0
"""What was found of a person is for whoever decides about it, and who came to know of it is written down."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Policies of findings, and their functions."""

    dependencies = [
        ("access", "0018_sights_from_outside"),
        ("lifecycle", "0008_turns_and_exclusions"),
    ]
    operations = [
        run_sql_file(__file__, "requests.sql"),
    ]
