# SPDX-License-Identifier: Apache-2.0
"""Senders hear nothing of a case but that it took their signal; lists of what they are told are looked up."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Functions and indexes."""

    dependencies = [("exchange", "0009_gauges_seen")]
    operations = [run_sql_file(__file__, "syncs.sql")]
