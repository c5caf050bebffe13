# SPDX-License-Identifier: Apache-2.0
"""Groups, their members, rules, lessons, verdicts and back-tests."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file

SEVERITIES = [(0, "Informational"), (1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]


def _id() -> tuple[str, models.UUIDField]:  # type: ignore[type-arg]
    return (
        "id",
        models.UUIDField(default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
    )


def _to(model: str, **options: object) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
        **options,  # type: ignore[arg-type]
    )


def _walled() -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [_id(), ("compartment", _to("access.compartment")), ("org", _to("access.organisation"))]


def _light() -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [
        _id(),
        ("compartment", _to("access.compartment", db_constraint=False, db_index=False)),
        ("org", _to("access.organisation", db_constraint=False, db_index=False)),
    ]


class Migration(migrations.Migration):
    """Tables, then their walls, guards and indexes in SQL."""

    initial = True

    dependencies = [
        ("access", "0019_custody_notices"),
        ("intake", "0018_settling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupingRule",
            fields=[
                *_walled(),
                ("name", models.CharField(max_length=100)),
                ("conditions", models.JSONField(default=list)),
                (
                    "group_by",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("window_minutes", models.PositiveIntegerField(default=30)),
                ("lifetime_minutes", models.PositiveIntegerField(default=240)),
                ("threshold", models.PositiveIntegerField(default=2)),
                (
                    "mode",
                    models.CharField(
                        choices=[("suggest", "Suggest an incident"), ("auto", "Open an incident")],
                        default="suggest",
                        max_length=7,
                    ),
                ),
                ("position", models.PositiveIntegerField(default=100)),
                ("enabled", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                ("created_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "grouping_rule",
                "constraints": [models.UniqueConstraint(fields=("compartment", "name"), name="grouping_rule_name")],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                *_light(),
                ("key", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("forming", "Forming"),
                            ("open", "Open"),
                            ("in_incident", "In an incident"),
                            ("dismissed", "Dismissed"),
                            ("merged", "Merged into another"),
                        ],
                        default="forming",
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(blank=True, default="", max_length=300)),
                ("severity", models.SmallIntegerField(choices=SEVERITIES, default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("signals", models.PositiveIntegerField(default=0)),
                ("arrivals", models.PositiveIntegerField(default=0)),
                ("why", models.JSONField(default=list)),
                ("splits", models.JSONField(default=list)),
                ("shown_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("rule", _to("grouping.groupingrule", db_constraint=False, db_index=False, null=True)),
            ],
            options={"db_table": "grouping_group"},
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                _id(),
                ("org_id", models.UUIDField()),
                ("compartment_id", models.UUIDField()),
                ("signal_id", models.UUIDField()),
                ("rule", models.TextField()),
                ("entities", models.JSONField(default=list)),
                ("severity", models.SmallIntegerField(choices=SEVERITIES)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("arrivals", models.PositiveIntegerField()),
                ("evidence", models.FloatField()),
                ("why", models.CharField(max_length=10)),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="grouping.group",
                    ),
                ),
            ],
            options={
                "db_table": "grouping_member",
                "indexes": [models.Index(fields=["signal_id"], name="grouping_member_signal")],
                "constraints": [models.UniqueConstraint(fields=("group", "signal_id"), name="grouping_member_once")],
            },
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                *_walled(),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("never", "Never holds a group together"),
                            ("always", "Always holds a group together"),
                        ],
                        max_length=6,
                    ),
                ),
                ("entity_id", models.UUIDField()),
                ("label", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=300)),
                ("taught_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=0)),
                ("taught_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "grouping_lesson",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("compartment", "entity_id"),
                        name="grouping_lesson_holds",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                *_walled(),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("split", "Split"),
                            ("merged", "Merged"),
                            ("dismissed", "Dismissed"),
                            ("reopened", "Reopened"),
                            ("placed", "Placed in an incident"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "signal_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("other_group_id", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=30)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                ("decided_by", _to(settings.AUTH_USER_MODEL)),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="grouping.group",
                    ),
                ),
            ],
            options={"db_table": "grouping_verdict"},
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                *_walled(),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
                ("asked_by", _to(settings.AUTH_USER_MODEL)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="grouping.groupingrule",
                    ),
                ),
            ],
            options={"db_table": "grouping_trial"},
        ),
        run_sql_file(__file__, "grouping.sql"),
    ]
