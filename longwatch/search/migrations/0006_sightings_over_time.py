# SPDX-License-Identifier: Apache-2.0
"""The function that tells when entities were seen; a word before `or` is looked for as well."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("search", "0005_people_held_by_the_wall"),
        ("entities", "0005_identities_walled"),
    ]
    operations = [
        run_sql_file(__file__, "search.sql"),
        run_sql_file(__file__, "over_time.sql"),
    ]
