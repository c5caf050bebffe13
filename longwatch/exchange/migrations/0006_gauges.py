# SPDX-License-Identifier: Apache-2.0
"""Numbers for monitoring: made by a later migration, when all is there that is counted."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """What that needs."""

    dependencies = [
        ("exchange", "0005_subscriptions"),
        ("intake", "0026_figures"),
        ("ledger", "0005_sequencer"),
    ]
    operations: ClassVar[list[Operation]] = []
