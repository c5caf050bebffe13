# SPDX-License-Identifier: Apache-2.0
"""Feeds."""

import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file

KINDS = [
    ("misp_feed", "MISP feed (a folder with manifest.json)"),
    ("misp_server", "MISP server"),
    ("taxii", "TAXII 2.1 collection"),
    ("list", "List (text, CSV or JSON)"),
]
SCHEMES = [
    ("basic", "User and password"),
    ("key", "API key of Elasticsearch or OpenSearch (ApiKey)"),
    ("bearer", "Token (Bearer)"),
    ("plain", "Authentication key of MISP"),
    ("none", "Nothing"),
]


class Migration(migrations.Migration):
    """Their tables, and who sees them."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("intake", "0027_polls"),
        ("enrichment", "0005_places"),
    ]
    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("list_name", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                ("scheme", models.CharField(choices=SCHEMES, max_length=10)),
                ("user", models.CharField(blank=True, default="", max_length=200)),
                ("wrapped", models.TextField(blank=True, default="")),
                ("authorities", models.TextField(blank=True, default="")),
                ("verified", models.BooleanField(default=True)),
                ("settings", models.JSONField(default=dict)),
                ("interval_seconds", models.PositiveIntegerField(default=3600)),
                ("enabled", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={"db_table": "enrichment_feed"},
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("org", "list_name"), name="enrichment_feed_list_once"
            ),
        ),
        run_sql_file(__file__, "feeds.sql"),
    ]
