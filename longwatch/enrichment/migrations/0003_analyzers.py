# SPDX-License-Identifier: Apache-2.0
"""Analyzers, what they were asked and what they answered."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Two tables, and the results of look-ups go with whatever they were found in."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("enrichment", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalyzerSetup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("enabled", models.BooleanField(default=False)),
                ("network", models.BooleanField(default=False)),
                ("max_tlp", models.PositiveSmallIntegerField(default=2)),
                ("max_pap", models.PositiveSmallIntegerField(default=2)),
                ("seconds", models.PositiveIntegerField(default=120)),
                ("megabytes", models.PositiveIntegerField(default=1024)),
                ("hours", models.PositiveIntegerField(default=24)),
                (
                    "told",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("wrapped", models.TextField(blank=True, default="")),
                ("changed_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "enrichment_analyzer",
            },
        ),
        migrations.CreateModel(
            name="Analysis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "record_kind",
                    models.CharField(
                        choices=[("signal", "Signal"), ("incident", "Incident"), ("case", "Case")], max_length=10
                    ),
                ),
                ("record_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("location", "Location"),
                            ("vehicle", "Vehicle"),
                            ("asset", "Asset"),
                            ("host", "Host"),
                            ("account", "Account"),
                            ("email", "E-mail address"),
                            ("phone", "Phone number"),
                            ("ip", "IP address"),
                            ("domain", "Domain"),
                            ("url", "URL"),
                            ("file_hash", "File hash"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("value", models.CharField(max_length=500)),
                ("key", models.CharField(max_length=540)),
                ("analyzer", models.CharField(max_length=120)),
                ("analyzer_version", models.CharField(blank=True, default="", max_length=40)),
                ("tlp", models.CharField(max_length=12)),
                ("pap", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField(default=longwatch.core.clock.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waits for its turn"), ("done", "Answered"), ("failed", "Not answered")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("said_no", "the analyzer refused"),
                            ("no_answer", "it ended without an answer"),
                            ("too_long", "it took too long and was ended"),
                            ("too_much", "its answer is too large"),
                            ("not_started", "its program could not be started"),
                            ("not_alone", "this system cannot keep it from the network"),
                            ("gone", "it is not set up any more"),
                            ("marked", "what it is about may not be told it any more"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("summary", models.JSONField(default=list)),
                ("artifacts", models.JSONField(default=list)),
                ("report", models.TextField(blank=True, default="")),
                ("report_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "asked_by",
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
                (
                    "setup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="analyses",
                        to="enrichment.analyzersetup",
                    ),
                ),
            ],
            options={
                "db_table": "enrichment_analysis",
            },
        ),
        migrations.AddConstraint(
            model_name="analyzersetup",
            constraint=models.UniqueConstraint(fields=("org", "name"), name="enrichment_analyzer_once"),
        ),
        migrations.AddIndex(
            model_name="analysis",
            index=models.Index(fields=["record_id", "-asked_at"], name="enrichment_analysis_record"),
        ),
        migrations.AddIndex(
            model_name="analysis",
            index=models.Index(fields=["setup", "-asked_at"], name="enrichment_analysis_setup"),
        ),
        run_sql_file(__file__, "enrichment.sql"),
        run_sql_file(__file__, "analyzers.sql"),
    ]
