# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make, in all their versions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The table, and the function that tells a source's own."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("intake", "0029_understood"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mapping_id", models.UUIDField(default=longwatch.core.ids.uuid7)),
                ("name", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=100)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("retired_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.compartment"
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
                "db_table": "intake_mapping",
                "constraints": [
                    models.UniqueConstraint(fields=("compartment", "name", "number"), name="intake_mapping_name"),
                    models.UniqueConstraint(fields=("mapping_id", "number"), name="intake_mapping_number"),
                ],
            },
        ),
        run_sql_file(__file__, "mappings.sql"),
    ]
