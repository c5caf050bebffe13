# SPDX-License-Identifier: Apache-2.0
"""What makes an incident or a case, as an organisation says it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import longwatch.core.clock
import longwatch.core.ids
from longwatch.core.sql import run_sql_file


def _to(model: str) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """The table, then its wall and guard."""

    dependencies = [
        ("access", "0020_source_notices"),
        ("cases", "0008_leaving_core"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseCriterion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=longwatch.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=100)),
                ("proposes", models.CharField(choices=[("incident", "Incident"), ("case", "Case")], max_length=8)),
                ("reason", models.CharField(max_length=300)),
                ("conditions", models.JSONField(default=list)),
                ("enabled", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(default=longwatch.core.clock.now)),
                ("version", models.BigIntegerField(default=0)),
                ("changed_by", _to(settings.AUTH_USER_MODEL)),
                ("compartment", _to("access.compartment")),
                ("org", _to("access.organisation")),
            ],
            options={
                "db_table": "cases_criterion",
                "constraints": [models.UniqueConstraint(fields=("org", "key"), name="cases_criterion_key")],
            },
        ),
        run_sql_file(__file__, "criteria.sql"),
    ]
