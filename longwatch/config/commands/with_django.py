# SPDX-License-Identifier: Apache-2.0
"""Commands that need models run inside this one: database up, Django set up, then their module is loaded."""

import argparse
from importlib import import_module

from longwatch.config import schema
from longwatch.config.django_setup import set_up_django
from longwatch.config.running import database
from longwatch.core.environment import current
from longwatch.core.errors import Conflict


def run(arguments: argparse.Namespace) -> int:
    """Run the named command; refuses while the database is of another version."""
    with database(current()) as address:
        if not schema.is_migrated(address):
            raise Conflict("The database is not of this version: run longwatch migrate first.", code="not_migrated")
        set_up_django()
        command = import_module(f"longwatch.config.commands.{arguments.command}")
        status: int = command.run(arguments)
        return status
