# SPDX-License-Identifier: Apache-2.0
"""Who guards is told of new guards; older organisations open to the roles that came later."""

from django.db import migrations, models

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Choices, and two files from the sql folder."""

    dependencies = [
        ("access", "0013_several_hidden_sections"),
        ("ledger", "0007_row_content"),
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
                    ("sealed_match", "Somebody asked for a sealed match, and a record that you lead answered"),
                ],
                max_length=16,
            ),
        ),
        run_sql_file(__file__, "role_notices.sql"),
        run_sql_file(__file__, "readers.sql"),
    ]
