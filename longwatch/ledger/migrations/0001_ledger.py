# SPDX-License-Identifier: Apache-2.0
"""The ledger's tables and the guard procedure."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Tables in SQL, models as state only."""

    initial = True
    dependencies = []
    operations = [
        run_sql_file(__file__, "ledger.sql"),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("org_id", models.UUIDField()),
                ("action", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("record_id", models.UUIDField(null=True)),
                ("compartment_id", models.UUIDField(null=True)),
                ("actor_kind", models.TextField()),
                ("actor_id", models.UUIDField()),
                ("via", models.TextField()),
                ("operation_id", models.UUIDField()),
                ("covers_batch", models.BooleanField(default=False)),
                ("leaf", models.BinaryField()),
                ("leaf_hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_entry", "managed": False},
        ),
        migrations.CreateModel(
            name="LedgerDetail",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("compartment_id", models.UUIDField(null=True)),
                ("fields", models.JSONField()),
            ],
            options={"db_table": "ledger_detail", "managed": False},
        ),
    ]
