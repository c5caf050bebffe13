# SPDX-License-Identifier: Apache-2.0
"""Reports of the chain of custody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One kind of custody event more."""

    dependencies = [
        ("evidence", "0009_copies"),
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
                    ("marked", "Marked as dangerous"),
                    ("extracted", "Attachment taken out"),
                    ("reported", "Custody report taken"),
                ],
                max_length=12,
            ),
        ),
    ]
