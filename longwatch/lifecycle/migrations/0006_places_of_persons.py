# SPDX-License-Identifier: Apache-2.0
"""Whoever decides about a person sees each place, also where a signal names them among others."""

from django.db import migrations

from longwatch.core.sql import run_sql_file


class Migration(migrations.Migration):
    """The function that lists the places."""

    dependencies = [("lifecycle", "0005_signals_and_persons")]
    operations = [
        run_sql_file(__file__, "signals.sql"),
    ]
