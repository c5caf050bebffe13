# SPDX-License-Identifier: Apache-2.0
"""Bodies whose bytes were erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The state; and what a body's operation is found by."""

    dependencies = [("intake", "0032_rise_sight")]
    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("stored", "Stored"),
                    ("failed", "Could not be read"),
                    ("replayed", "Read later"),
                    ("gone", "Erased"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["operation_id"], name="intake_delivery_operation"),
        ),
    ]
