# SPDX-License-Identifier: Apache-2.0
"""People whom a reporter keeps from a report, subtracted from what they may know."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One table, and the function that every wall asks."""

    dependencies = [("access", "0007_signing_in"), ("ledger", "0004_guard_of_batches")]
    operations = [
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("added_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "compartment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exclusions", to="access.compartment"
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={"db_table": "access_exclusion"},
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.UniqueConstraint(fields=("compartment", "account"), name="access_exclusion_once"),
        ),
        run_sql_file(__file__, "exclusions.sql"),
    ]
