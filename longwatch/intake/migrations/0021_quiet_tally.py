# SPDX-License-Identifier: Apache-2.0
"""How much quiet rules kept quiet."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """A table that the engine counts in."""

    dependencies = [("intake", "0020_doors")]

    operations = [
        migrations.CreateModel(
            name="QuietTally",
            fields=[
                ("suppression_id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("compartment_id", models.UUIDField()),
                ("times", models.PositiveBigIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
            options={"db_table": "intake_quiet_tally"},
        ),
        run_sql_file(__file__, "quiet_tally.sql"),
    ]
