# SPDX-License-Identifier: Apache-2.0
"""Rules that keep alerts quiet, and the list of what they keep quiet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The table, and the inbox without what is kept quiet."""

    dependencies = [
        ("access", "0019_custody_notices"),
        ("intake", "0016_aggregation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[("noise", "Known noise"), ("maintenance", "Planned work")],
                        default="noise",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("conditions", models.JSONField(default=list)),
                (
                    "up_to_severity",
                    models.SmallIntegerField(
                        choices=[(0, "Informational"), (1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")],
                        default=3,
                    ),
                ),
                ("starts_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "compartment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.compartment"
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "intake_suppression",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["compartment", "expires_at"],
                        name="intake_suppression_on",
                    )
                ],
            },
        ),
        run_sql_file(__file__, "quiet.sql"),
        run_sql_file(__file__, "inbox.sql"),
    ]
