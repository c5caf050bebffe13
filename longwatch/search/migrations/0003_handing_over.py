# SPDX-License-Identifier: Apache-2.0
"""Handing over the work of somebody who leaves."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """From the sql folder."""

    dependencies = [
        ("search", "0002_oversight"),
        ("access", "0012_handing_over"),
        ("intake", "0013_closing_own"),
        ("cases", "0007_leaving_out"),
        ("incidents", "0004_notices_row_security"),
    ]
    operations = [
        run_sql_file(__file__, "handing_over.sql"),
    ]
