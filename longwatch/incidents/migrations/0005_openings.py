# SPDX-License-Identifier: Apache-2.0
"""Which incidents grouping rules opened by themselves: one a group at most."""

import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The table, then its wall and guard."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("incidents", "0004_notices_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("group_id", models.UUIDField(unique=True)),
                ("rule_id", models.UUIDField()),
                ("opened_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("detached_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "compartment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.compartment"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="incidents.incident"
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={"db_table": "incidents_group_opening"},
        ),
        run_sql_file(__file__, "openings.sql"),
    ]
