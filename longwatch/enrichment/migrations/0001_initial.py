# SPDX-License-Identifier: Apache-2.0
"""Loaded lists, the inventory, watch-lists, and what was found about signals."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids

SEVERITIES = [(0, "Informational"), (1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
KINDS = [
    ("person", "Person"), ("organisation", "Organisation"), ("location", "Location"), ("vehicle", "Vehicle"),
    ("asset", "Asset"), ("host", "Host"), ("account", "Account"), ("email", "E-mail address"),
    ("phone", "Phone number"), ("ip", "IP address"), ("domain", "Domain"), ("url", "URL"),
    ("file_hash", "File hash"), ("other", "Other"),
]  # fmt: skip


def identity() -> models.UUIDField:
    return models.UUIDField(default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False)


def theirs(to: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **options)


def texts() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)


class Migration(migrations.Migration):
    """The tables."""

    initial = True

    dependencies = [
        ("access", "0018_sights_from_outside"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dataset",
            fields=[
                ("id", identity()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("warninglist", "Warninglist"),
                            ("kev", "Known exploited vulnerabilities"),
                            ("attack", "ATT&CK techniques"),
                            ("galaxy", "Names of actors and tools"),
                            ("indicators", "Indicators"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("file", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("edition", models.CharField(blank=True, default="", max_length=60)),
                ("dated", models.DateField(null=True)),
                ("kinds", texts()),
                ("values_count", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("loaded_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("removed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                ("org", theirs("access.organisation")),
            ],
            options={
                "db_table": "enrichment_dataset",
                "constraints": [
                    models.UniqueConstraint(fields=("org", "kind", "name"), name="enrichment_dataset_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InventoryItem",
            fields=[
                ("id", identity()),
                ("what", models.CharField(choices=[("asset", "Asset"), ("identity", "Identity")], max_length=8)),
                ("name", models.CharField(max_length=200)),
                ("identifiers", texts()),
                ("owner", models.CharField(blank=True, default="", max_length=200)),
                ("manager", models.CharField(blank=True, default="", max_length=200)),
                ("site", models.CharField(blank=True, default="", max_length=200)),
                (
                    "criticality",
                    models.CharField(
                        choices=[("low", "Low"), ("normal", "Normal"), ("high", "High"), ("critical", "Critical")],
                        default="normal",
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("changed_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("removed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                ("compartment", theirs("access.compartment")),
                ("org", theirs("access.organisation")),
            ],
            options={
                "db_table": "enrichment_item",
                "indexes": [models.Index(fields=["org", "what", "name"], name="enrichment_item_listed")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("compartment", "what", "name"),
                        name="enrichment_item_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchList",
            fields=[
                ("id", identity()),
                ("name", models.CharField(max_length=100)),
                ("reason", models.CharField(max_length=500)),
                ("owner", models.CharField(max_length=200)),
                ("expires_at", models.DateTimeField()),
                ("severity", models.SmallIntegerField(choices=SEVERITIES, null=True)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                ("compartment", theirs("access.compartment")),
                ("org", theirs("access.organisation")),
            ],
            options={
                "db_table": "enrichment_watchlist",
                "constraints": [
                    models.UniqueConstraint(fields=("compartment", "name"), name="enrichment_watchlist_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchEntry",
            fields=[
                ("id", identity()),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("value", models.CharField(max_length=500)),
                ("key", models.CharField(max_length=540)),
                ("added_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("removed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                ("compartment", theirs("access.compartment")),
                ("org", theirs("access.organisation")),
                (
                    "watchlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="enrichment.watchlist",
                    ),
                ),
            ],
            options={
                "db_table": "enrichment_watch_entry",
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)), fields=["org", "key"], name="enrichment_watched"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("watchlist", "key"),
                        name="enrichment_watch_entry_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("signal_id", models.UUIDField(primary_key=True, serialize=False)),
                ("severity", models.SmallIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "text",
                    models.CharField(
                        choices=[
                            ("waiting", "Still being looked up"),
                            ("done", "Looked up"),
                            ("failed", "Could not be read"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("compartment", theirs("access.compartment", db_constraint=False, db_index=False)),
                ("org", theirs("access.organisation", db_constraint=False, db_index=False)),
            ],
            options={"db_table": "enrichment_look"},
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", identity()),
                ("signal_id", models.UUIDField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("watched", "Watch-list"),
                            ("indicator", "Known indicator"),
                            ("kev", "Known exploited vulnerability"),
                            ("asset", "Asset"),
                            ("identity", "Identity"),
                            ("technique", "ATT&CK technique"),
                            ("actor", "Name of an actor or tool"),
                            ("warninglist", "Perhaps harmless"),
                            ("sighting", "Seen before"),
                            ("extracted", "Found in the text"),
                        ],
                        max_length=12,
                    ),
                ),
                ("entity_kind", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=500)),
                ("from_text", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=200)),
                ("edition", models.CharField(blank=True, default="", max_length=60)),
                ("dated", models.DateField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("proposed_severity", models.SmallIntegerField(choices=SEVERITIES, null=True)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("compartment", theirs("access.compartment", db_constraint=False, db_index=False)),
                ("org", theirs("access.organisation", db_constraint=False, db_index=False)),
                (
                    "told_by_compartment",
                    theirs("access.compartment", db_constraint=False, db_index=False, null=True),
                ),
            ],
            options={"db_table": "enrichment_result"},
        ),
    ]
