# SPDX-License-Identifier: Apache-2.0
"""Webhooks out."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Who is told, how far, what could not be told, and who sees it."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("exchange", "0004_community"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                (
                    "patterns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "compartments",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("wrapped", models.TextField()),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("paused_at", models.DateTimeField(null=True)),
                ("pause_reason", models.CharField(blank=True, default="", max_length=300)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "created_by",
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
            ],
            options={
                "db_table": "exchange_subscription",
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "subscription",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="course",
                        serialize=False,
                        to="exchange.subscription",
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("taken_until", models.DateTimeField(null=True)),
                ("delivered", models.BigIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "db_table": "exchange_course",
            },
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry_id", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("action", models.TextField()),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("failure", models.CharField(blank=True, default="", max_length=300)),
                ("asked_at", models.DateTimeField(null=True)),
                ("resent_at", models.DateTimeField(null=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dead_letters",
                        to="exchange.subscription",
                    ),
                ),
            ],
            options={
                "db_table": "exchange_dead_letter",
                "indexes": [models.Index(fields=["subscription", "-at"], name="exchange_dead_letter_newest")],
            },
        ),
        run_sql_file(__file__, "subscriptions.sql"),
    ]
