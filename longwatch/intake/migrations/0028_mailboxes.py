# SPDX-License-Identifier: Apache-2.0
"""Mailboxes of sources."""

import django.db.models.deletion
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Their tables, who sees them, and what the listener and the worker may ask."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("intake", "0027_polls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("address", "An address of the mail listener"),
                            ("imap", "A mailbox that is read (IMAP)"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(max_length=400)),
                ("settings", models.JSONField(default=dict)),
                ("wrapped", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mailboxes", to="intake.source"
                    ),
                ),
            ],
            options={
                "db_table": "intake_mailbox",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None), ("kind", "address")),
                        fields=("address",),
                        name="intake_mailbox_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailboxState",
            fields=[
                (
                    "mailbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="intake.mailbox",
                    ),
                ),
                ("validity", models.BigIntegerField(default=0)),
                ("upto", models.BigIntegerField(default=0)),
                ("taken", models.BigIntegerField(default=0)),
                ("asked_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={"db_table": "intake_mailbox_state"},
        ),
        run_sql_file(__file__, "mail.sql"),
    ]
