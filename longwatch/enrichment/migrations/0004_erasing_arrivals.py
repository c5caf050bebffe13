# SPDX-License-Identifier: Apache-2.0
"""What was found in a body goes with the body."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("enrichment", "0003_analyzers"), ("intake", "0031_standing_still")]
    operations = [run_sql_file(__file__, "erasing.sql")]
