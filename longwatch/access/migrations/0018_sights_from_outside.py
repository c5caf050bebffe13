# SPDX-License-Identifier: Apache-2.0
"""Who knew: also of those who come to know of a record without being inside it."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One function."""

    dependencies = [("access", "0017_compartments_of_a_record")]
    operations = [run_sql_file(__file__, "sights.sql")]
