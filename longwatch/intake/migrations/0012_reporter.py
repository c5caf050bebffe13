# SPDX-License-Identifier: Apache-2.0
"""Exchanges with reporters, who they are, and requests to learn it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The tables, and what holders of receipts may do with them."""

    dependencies = [
        ("access", "0008_exclusions"),
        ("intake", "0011_receiving"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("signal_id", models.UUIDField(unique=True)),
                ("sealed", models.BinaryField()),
                ("given_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
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
                "db_table": "intake_identity",
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record_kind", models.CharField(blank=True, default="", max_length=10)),
                ("record_id", models.UUIDField(db_index=True, null=True)),
                ("version", models.BigIntegerField(default=0)),
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
                    "signal",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thread",
                        to="intake.signal",
                    ),
                ),
            ],
            options={
                "db_table": "intake_thread",
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("signal_id", models.UUIDField(db_index=True)),
                ("asked_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("motivation", models.CharField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Waits for the custodian"), ("granted", "Granted"), ("denied", "Denied")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=2000)),
                ("until", models.DateTimeField(null=True)),
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
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "identity_compartment",
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
                "db_table": "intake_disclosure",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("signal_id", "asked_by"),
                        name="intake_disclosure_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageSeen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
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
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.thread"
                    ),
                ),
            ],
            options={
                "db_table": "intake_message_seen",
                "constraints": [models.UniqueConstraint(fields=("account", "thread"), name="intake_message_seen_once")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "author",
                    models.CharField(choices=[("reporter", "The reporter"), ("team", "The team")], max_length=10),
                ),
                ("text", models.TextField()),
                ("files", models.PositiveSmallIntegerField(default=0)),
                ("once", models.UUIDField(null=True)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="intake.thread"
                    ),
                ),
            ],
            options={
                "db_table": "intake_message",
                "constraints": [
                    models.UniqueConstraint(fields=("thread", "number"), name="intake_message_number"),
                    models.UniqueConstraint(fields=("thread", "once"), name="intake_message_once"),
                ],
            },
        ),
        run_sql_file(__file__, "reporter.sql"),
        run_sql_file(__file__, "report_form.sql"),
        run_sql_file(__file__, "receive.sql"),
    ]
