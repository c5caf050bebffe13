# SPDX-License-Identifier: Apache-2.0
"""An audience more: sharing communities and other tools."""

from django.db import migrations, models

AUDIENCES = [
    ("internal", "Inside the organisation"),
    ("counsel", "Counsel"),
    ("regulator", "Regulator"),
    ("law_enforcement", "Law enforcement"),
    ("subject", "The person concerned (subject access)"),
    ("community", "Sharing community or other tools"),
]


class Migration(migrations.Migration):
    """Choices only; no column changes."""

    dependencies = [("exchange", "0003_hash_of_the_file")]
    operations = [
        migrations.AlterField(
            model_name="export", name="audience", field=models.CharField(choices=AUDIENCES, max_length=20)
        ),
        migrations.AlterField(
            model_name="itemdecision", name="audience", field=models.CharField(choices=AUDIENCES, max_length=20)
        ),
    ]
