# SPDX-License-Identifier: Apache-2.0
"""Exhibits that went into bundles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One kind of custody event more."""

    dependencies = [
        ("evidence", "0005_sealed_evidence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="custodyevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("viewed", "Viewed"),
                    ("downloaded", "Downloaded"),
                    ("withdrawn", "Withdrawn"),
                    ("transferred", "Handed over"),
                    ("sealed", "Sealed"),
                    ("unsealed", "Seal opened"),
                    ("held", "Put under legal hold"),
                    ("released", "Released from legal hold"),
                    ("verified", "Verified"),
                    ("damaged", "Found damaged"),
                    ("exported", "Exported"),
                ],
                max_length=12,
            ),
        ),
    ]
