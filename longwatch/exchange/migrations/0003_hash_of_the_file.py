# SPDX-License-Identifier: Apache-2.0
"""The hash of a bundle's file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Bundles that were made before have none."""

    dependencies = [("exchange", "0002_row_security")]
    operations = [
        migrations.AddField(
            model_name="export", name="sha256", field=models.CharField(blank=True, default="", max_length=64)
        ),
    ]
