# SPDX-License-Identifier: Apache-2.0
"""`longwatch web`: pages and API."""

import argparse
import logging

from granian import Granian
from granian.constants import Interfaces

from longwatch.config.running import database
from longwatch.core.environment import HOST, PORT, current

TARGET = "longwatch.config.asgi:application"
GRACE_SECONDS = 10


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    environment = current()
    logging.basicConfig(level=logging.WARNING)
    with database(environment):
        Granian(
            target=TARGET,
            address=environment.text(HOST),
            port=environment.number(PORT),
            interface=Interfaces.ASGI,
            workers=1,
            workers_kill_timeout=GRACE_SECONDS,
            respawn_failed_workers=True,
            log_enabled=False,
            websockets=False,
        ).serve()
    return 0
