# SPDX-License-Identifier: Apache-2.0
"""Hand-overs that the receiver confirms."""

import django.db.models.deletion
from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Who takes it, what an answer answers, four kinds of links more."""

    dependencies = [
        ("evidence", "0011_checks_told"),
        ("access", "0018_sights_from_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="custodyevent",
            name="receiver_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="offer",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer",
                to="evidence.custodyevent",
            ),
        ),
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
                    ("offered", "Offered"),
                    ("accepted", "Receipt confirmed"),
                    ("refused", "Receipt refused"),
                    ("taken_back", "Offer taken back"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="custodyevent",
            index=models.Index(
                condition=models.Q(("receiver_id__isnull", False)),
                fields=["receiver_id"],
                name="evidence_custody_receiver",
            ),
        ),
        run_sql_file(__file__, "receipts.sql"),
    ]
