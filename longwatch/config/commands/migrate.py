# SPDX-License-Identifier: Apache-2.0
"""`longwatch migrate`: roles, tables, grants and static files of this version."""

import argparse

from longwatch.config import migrating, static
from longwatch.config.django_setup import set_up_django
from longwatch.config.running import database, is_begun, say_data_directory
from longwatch.core.environment import current


def run(arguments: argparse.Namespace) -> int:
    """Bring database and static files to this version; doing it twice changes nothing."""
    environment = current()
    if not is_begun(environment):
        say_data_directory(environment)
    with database(environment, may_begin=True) as address:
        set_up_django()
        print("Bringing the database to this version", flush=True)
        migrating.migrate(address)
        static.gather(environment)
    return 0
