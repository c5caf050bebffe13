# SPDX-License-Identifier: Apache-2.0
"""One person goes without hidden sections being searched; a disposal is taken up by another; what is due hides nothing."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Two columns of disposals, and all functions of the life cycle, again."""

    dependencies = [
        ("access", "0018_sights_from_outside"),
        ("lifecycle", "0009_findings_for_deciders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="disposal",
            name="sections",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="disposal",
            name="taken_up_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        run_sql_file(__file__, "lifecycle.sql"),
        run_sql_file(__file__, "requests.sql"),
        run_sql_file(__file__, "signals.sql"),
        run_sql_file(__file__, "recalls.sql"),
        run_sql_file(__file__, "due.sql"),
        run_sql_file(__file__, "carrying.sql"),
    ]
