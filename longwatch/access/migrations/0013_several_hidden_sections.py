# SPDX-License-Identifier: Apache-2.0
"""A section that somebody may open without learning of another of its sort can be there more than once."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The constraint, and who is inside."""

    dependencies = [
        ("access", "0012_handing_over"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="compartment", name="access_compartment_section"),
        migrations.AddConstraint(
            model_name="compartment",
            constraint=models.UniqueConstraint(
                fields=["record_id", "section"],
                condition=models.Q(record_id__isnull=False, section__in=["core", "hr", "privileged"]),
                name="access_compartment_section",
            ),
        ),
        run_sql_file(__file__, "sections.sql"),
    ]
