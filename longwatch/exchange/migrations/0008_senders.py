# SPDX-License-Identifier: Apache-2.0
"""Telling senders what became of their alerts."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """What is set up, how it goes, what is to be told, and the trigger that notes it."""

    dependencies = [
        ("access", "0021_rise_notices"),
        ("exchange", "0007_fetching_gauges"),
        ("incidents", "0005_openings"),
        ("intake", "0030_mappings"),
        ("ledger", "0008_row_content_outside"),
        ("records", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SenderSync",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("calls", models.JSONField(default=list)),
                ("headers", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("none", "Nothing"),
                            ("bearer", "A bearer token"),
                            ("basic", "User and password"),
                            ("header", "A key in a header"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("user", models.CharField(blank=True, default="", max_length=200)),
                ("wrapped", models.TextField(blank=True, default="")),
                ("authorities", models.TextField(blank=True, default="")),
                ("verified", models.BooleanField(default=True)),
                ("tells_who", models.BooleanField(default=False)),
                ("tells_why", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("paused_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
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
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.source"
                    ),
                ),
            ],
            options={
                "db_table": "exchange_sync",
            },
        ),
        migrations.CreateModel(
            name="SyncCourse",
            fields=[
                (
                    "sync",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="course",
                        serialize=False,
                        to="exchange.sendersync",
                    ),
                ),
                ("next_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=300)),
                ("told", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("stuck", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "exchange_sync_course",
            },
        ),
        migrations.CreateModel(
            name="SyncLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("org_id", models.UUIDField()),
                ("source_id", models.UUIDField()),
                ("signal_id", models.UUIDField()),
                ("entry_id", models.BigIntegerField()),
                ("call", models.CharField(max_length=10)),
                ("occasion", models.CharField(max_length=10)),
                ("status", models.CharField(max_length=14)),
                ("outcome", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("told", "Told"),
                            ("refused", "Refused"),
                            ("dropped", "Not told"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(db_default=0, default=0)),
                ("next_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "sync",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="exchange.sendersync"
                    ),
                ),
            ],
            options={
                "db_table": "exchange_sync_letter",
            },
        ),
        migrations.AddConstraint(
            model_name="sendersync",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("source",), name="exchange_sync_source"
            ),
        ),
        run_sql_file(__file__, "syncs.sql"),
    ]
