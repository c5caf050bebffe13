# SPDX-License-Identifier: Apache-2.0
"""Test signals."""

from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Their table, and which sources get them by themselves."""

    dependencies = [("intake", "0023_looking_back")]

    operations = [
        migrations.AddField("source", "canary_minutes", models.PositiveIntegerField(null=True)),
        migrations.AddField("source", "canary_account_id", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="Canary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("org_id", models.UUIDField()),
                ("source_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("key", models.BinaryField(max_length=32)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("own", "Sent by hand"),
                            ("door", "Through the front door, with a token"),
                            ("schedule", "Sent by itself"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("stored_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("told_at", models.DateTimeField(null=True)),
                ("signal_id", models.UUIDField(null=True)),
                ("entry_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "intake_canary",
                "indexes": [
                    models.Index(fields=["source_id", "-sent_at"], name="intake_canary_newest"),
                    models.Index(fields=["source_id", "key"], name="intake_canary_key"),
                    models.Index(fields=["entry_id"], name="intake_canary_entry"),
                ],
            },
        ),
        run_sql_file(__file__, "canaries.sql"),
    ]
