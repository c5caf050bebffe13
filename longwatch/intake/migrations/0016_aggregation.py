# SPDX-License-Identifier: Apache-2.0
"""What mappings read, what senders say of the state, and bodies that are kept whole; work for the engine."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Columns of signals and sources, deliveries, and what waits for the engine."""

    dependencies = [
        ("access", "0018_sights_from_outside"),
        ("intake", "0015_receiving_plan"),
        ("ledger", "0008_row_content_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="signal",
            name="cleared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="signal",
            name="format",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="signal",
            name="raised_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="signal",
            name="sender_state",
            field=models.CharField(
                blank=True, choices=[("open", "Holds"), ("closed", "Over")], default="", max_length=6
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="sender_changes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="suppression_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="signal",
            name="techniques",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="source",
            name="format",
            field=models.CharField(default="auto", max_length=60),
        ),
        migrations.AddField(
            model_name="source",
            name="heartbeat_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64),
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("api", "API"),
                            ("webhook", "Webhook"),
                            ("syslog", "Syslog"),
                            ("mail", "E-mail"),
                            ("file", "File"),
                            ("poll", "Fetched"),
                        ],
                        max_length=10,
                    ),
                ),
                ("raw", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("content_type", models.CharField(blank=True, default="", max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[("stored", "Stored"), ("failed", "Could not be read"), ("replayed", "Read later")],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("signals", models.PositiveIntegerField(default=0)),
                ("operation_id", models.UUIDField()),
                ("version", models.BigIntegerField(default=0)),
                (
                    "compartment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.compartment",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.source",
                    ),
                ),
            ],
            options={
                "db_table": "intake_delivery",
                "indexes": [models.Index(fields=["source", "-at"], name="intake_delivery_newest")],
            },
        ),
        run_sql_file(__file__, "aggregation.sql"),
        run_sql_file(__file__, "signal_content.sql"),
        run_sql_file(__file__, "receive.sql"),
    ]
