# SPDX-License-Identifier: Apache-2.0
"""What compartments hold outside their records: found in requests, erased with a person or by age."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """All functions of the life cycle, again."""

    dependencies = [
        ("lifecycle", "0013_engine_turns"),
        ("intake", "0033_bodies_that_went"),
        ("grouping", "0004_verdict_other"),
        ("cases", "0009_criteria"),
        ("enrichment", "0004_erasing_arrivals"),
    ]
    operations = [
        migrations.AlterField(
            model_name="disposal",
            name="record_kind",
            field=models.CharField(
                choices=[
                    ("signal", "Signal"),
                    ("incident", "Incident"),
                    ("case", "Case"),
                    ("place", "Lists, rules and kept bodies of a place"),
                ],
                max_length=10,
            ),
        ),
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
        run_sql_file(__file__, "due.sql"),
        run_sql_file(__file__, "carrying.sql"),
    ]
