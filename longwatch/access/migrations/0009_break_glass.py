# SPDX-License-Identifier: Apache-2.0
"""Break-glass, attempts, notices and sights, with the walls that let people read more than they may write."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Four tables and their policies."""

    dependencies = [
        ("access", "0008_exclusions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("record_id", models.UUIDField(null=True)),
                ("compartment_id", models.UUIDField(null=True)),
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
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "access_attempt",
                "indexes": [
                    models.Index(fields=["account", "kind", "-at"], name="access_attempt_recent"),
                    models.Index(fields=["org", "-at"], name="access_attempt_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("attempt_id", models.UUIDField(unique=True)),
                ("record_kind", models.CharField(max_length=10)),
                ("record_id", models.UUIDField()),
                ("reference", models.CharField(max_length=24)),
                (
                    "reason_code",
                    models.CharField(
                        choices=[
                            ("danger", "Somebody is in danger now"),
                            ("handling", "An incident cannot be handled without it"),
                            ("absence", "Nobody who may see it can be reached"),
                            ("duty", "A legal duty cannot wait"),
                            ("other", "Another reason"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("opened_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("review_due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "Justified"), ("not_justified", "Not justified")],
                        default="",
                        max_length=14,
                    ),
                ),
                ("review_note", models.CharField(blank=True, default="", max_length=1000)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "account",
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
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_break_glass",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["account", "expires_at"],
                        name="access_break_glass_open",
                    ),
                    models.Index(fields=["record_id", "-opened_at"], name="access_break_glass_record"),
                    models.Index(fields=["org", "-opened_at"], name="access_break_glass_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("opened_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opened_at"), "+", models.Value(datetime.timedelta(seconds=3600))
                                ),
                            ),
                        ),
                        name="access_break_glass_an_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("account")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_break_glass_other_reviews",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                            ("glass_broken", "Somebody broke the glass on a record that you may see"),
                            ("glass_review", "A break-glass waits for your review"),
                            ("glass_reviewed", "A break-glass was reviewed"),
                            ("sealed_match", "Somebody asked for a sealed match, and a record that you lead answered"),
                        ],
                        max_length=16,
                    ),
                ),
                ("link", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("read_at", models.DateTimeField(null=True)),
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
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "access_notice",
                "indexes": [
                    models.Index(fields=["account", "-created_at"], name="access_notice_own"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["account"], name="access_notice_unread"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sight",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_label", models.CharField(max_length=150)),
                ("record_kind", models.CharField(max_length=10)),
                ("record_id", models.UUIDField()),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("viewed", "Viewed it"),
                            ("api", "Read it by API"),
                            ("printed", "Opened its print view"),
                            ("exported", "Took an export away"),
                            ("file", "Opened a file of it"),
                            ("notified", "Was notified of it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_glass", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("slot", models.DateTimeField()),
                ("version", models.BigIntegerField(default=0)),
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
                "db_table": "access_sight",
                "indexes": [
                    models.Index(fields=["record_id", "-at"], name="access_sight_record"),
                    models.Index(fields=["org", "-at"], name="access_sight_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "record_id", "compartment", "how", "slot"), name="access_sight_once"
                    )
                ],
            },
        ),
        run_sql_file(__file__, "break_glass.sql"),
    ]
