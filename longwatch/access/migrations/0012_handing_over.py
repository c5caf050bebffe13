# SPDX-License-Identifier: Apache-2.0
"""Work of people who left, and who takes it over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids


class Migration(migrations.Migration):
    """One table; its wall and functions: longwatch/search/sql/handing_over.sql."""

    dependencies = [
        ("access", "0011_widening"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("glass_broken", "Somebody broke the glass on a record that you may see"),
                    ("glass_review", "A break-glass waits for your review"),
                    ("glass_reviewed", "A break-glass was reviewed"),
                    ("handed_over", "Work of somebody who left was handed over"),
                    ("hand_over_waits", "Work of somebody who left waits for your decision"),
                    ("sealed_match", "Somebody asked for a sealed match, and a record that you lead answered"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waits for a decision"), ("done", "Handed over")], max_length=10
                    ),
                ),
                ("handed_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "compartment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.compartment"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "leaver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_hand_over",
                "indexes": [models.Index(fields=["org", "-handed_at"], name="access_hand_over_new")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("handed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_hand_over_another_decides",
                    )
                ],
            },
        ),
    ]
