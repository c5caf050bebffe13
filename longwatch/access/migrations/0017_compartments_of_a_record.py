# SPDX-License-Identifier: Apache-2.0
"""The sections of a record are found without reading all compartments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index."""

    dependencies = [("access", "0016_notified")]

    operations = [
        migrations.AddIndex(
            model_name="compartment",
            index=models.Index(
                condition=models.Q(("record_id__isnull", False)), fields=["record_id"], name="access_of_record"
            ),
        ),
    ]
