# SPDX-License-Identifier: Apache-2.0
"""Answers that are kept to be said again to the same idempotency key, and their wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """One table, with its row security."""

    dependencies = [
        ("access", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiReplay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key_hash", models.BinaryField(max_length=32)),
                ("request_hash", models.BinaryField(max_length=32)),
                ("status", models.SmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("created_at", models.DateTimeField(db_index=True, default=longwatch.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "access_api_replay",
                "constraints": [models.UniqueConstraint(fields=("account", "key_hash"), name="access_api_replay_once")],
            },
        ),
        run_sql_file(__file__, "replays.sql"),
    ]
