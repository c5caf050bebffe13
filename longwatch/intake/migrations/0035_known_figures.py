# SPDX-License-Identifier: Apache-2.0
"""Figures of sources for those who may know of them; what the engine gave up, and trying it again."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """Functions, and a policy for them."""

    dependencies = [("intake", "0034_scans")]
    operations = [run_sql_file(__file__, "known_figures.sql")]
