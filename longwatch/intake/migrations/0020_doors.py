# SPDX-License-Identifier: Apache-2.0
"""Webhooks of sources."""

import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Their table, and who sees it."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("intake", "0019_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Door",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=100)),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("header", "A secret in a header, such as Authorization"),
                            ("basic", "User and password (basic authentication)"),
                            ("github", "Signature as GitHub makes it (X-Hub-Signature-256)"),
                            ("pagerduty", "Signature as PagerDuty makes it (v1=)"),
                            ("grafana", "Signature as Grafana makes it, with its time"),
                            ("standard", "Standard Webhooks (webhook-signature)"),
                            ("graph", "Microsoft Graph (clientState)"),
                            ("hmac", "Another signature (HMAC)"),
                        ],
                        max_length=10,
                    ),
                ),
                ("settings", models.JSONField(default=dict)),
                ("wrapped", models.TextField()),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doors", to="intake.source"
                    ),
                ),
            ],
            options={"db_table": "intake_door"},
        ),
        run_sql_file(__file__, "doors.sql"),
    ]
