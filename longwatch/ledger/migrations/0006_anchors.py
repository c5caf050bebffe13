# SPDX-License-Identifier: Apache-2.0
"""Receipts of anchors, and what verifying found."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [("ledger", "0005_sequencer")]
    operations = [run_sql_file(__file__, "anchors.sql")]
