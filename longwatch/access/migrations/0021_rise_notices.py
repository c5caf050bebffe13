# SPDX-License-Identifier: Apache-2.0
"""Notices of signals that became more severe."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One kind more."""

    dependencies = [
        ("access", "0020_source_notices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("glass_broken", "Somebody broke the glass on a record that you may see"),
                    ("glass_review", "A break-glass waits for your review"),
                    ("glass_reviewed", "A break-glass was reviewed"),
                    ("guard_changed", "Who may guard identities, privacy or privilege has changed"),
                    ("handed_over", "Work of somebody who left was handed over"),
                    ("hand_over_waits", "Work of somebody who left waits for your decision"),
                    ("subject_request", "A person asked about their data, and a record that you lead names them"),
                    ("sealed_match", "Somebody asked for a sealed match, and a record that you lead answered"),
                    ("custody_offered", "An exhibit is handed over to you: confirm that you have it"),
                    (
                        "source_silent",
                        "A source of signals has been silent for longer than is expected of it",
                    ),
                    ("severity_rose", "A signal that you have in hand became more severe"),
                    ("canary_lost", "A test signal was not seen in time"),
                    ("custody_answered", "A hand-over of an exhibit was answered, taken back, or can be no more"),
                ],
                max_length=16,
            ),
        ),
    ]
