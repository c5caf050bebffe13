# SPDX-License-Identifier: Apache-2.0
"""An index for the decisions in which a group was the other one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The version of a group is that of the last decision about it."""

    dependencies = [
        ("grouping", "0003_bounds"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("other_group_id__isnull", False)),
                fields=["other_group_id"],
                name="grouping_verdict_other",
            ),
        ),
    ]
