# SPDX-License-Identifier: Apache-2.0
"""Rules that open incidents by themselves: in which category, who answers for it, and the queue of what is due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Columns and the queue, then its wall."""

    dependencies = [
        ("grouping", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("groupingrule", "category", models.CharField(blank=True, default="", max_length=8)),
        migrations.AddField(
            "groupingrule",
            "answers",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("trial", "tried", models.JSONField(default=dict)),
        migrations.AlterField(
            "verdict",
            "act",
            models.CharField(
                choices=[
                    ("split", "Split"),
                    ("merged", "Merged"),
                    ("dismissed", "Dismissed"),
                    ("reopened", "Reopened"),
                    ("placed", "Placed in an incident"),
                    ("detached", "Taken out of an incident"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("org_id", models.UUIDField()),
                ("compartment_id", models.UUIDField()),
                ("group_id", models.UUIDField(primary_key=True, serialize=False)),
                ("rule_id", models.UUIDField()),
                ("notes", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("next_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={"db_table": "grouping_due"},
        ),
        run_sql_file(__file__, "auto.sql"),
    ]
