# SPDX-License-Identifier: Apache-2.0
"""Exhibits are numbered within their section, so that a gap tells nobody that there is another section."""

from typing import ClassVar

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The wider constraint, and the function that counts."""

    dependencies: ClassVar = [("evidence", "0007_walls")]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="exhibit", name="evidence_exhibit_number"),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.UniqueConstraint(
                fields=("record_id", "compartment", "number"), name="evidence_exhibit_number"
            ),
        ),
        run_sql_file(__file__, "numbering.sql"),
    ]
