# SPDX-License-Identifier: Apache-2.0
"""`longwatch web`: pages and API."""

import argparse
import logging
from contextlib import suppress

import psycopg
from granian import Granian
from granian.constants import Interfaces

from longwatch.config import static
from longwatch.config.running import database
from longwatch.core.environment import DEBUG, HOST, PORT, current
from longwatch.core.postgres.address import APP, address

# As longwatch.web.live has them; this process stays without Django.
CHANNEL, STOP = "longwatch_live", "stop"
TARGET = "longwatch.config.asgi:application"
GRACE_SECONDS = 10


class Server(Granian):  # type: ignore[valid-type,misc]  # chosen at run time
    """Ends open live pages first: the server waits for answers that are still going out, and they never end."""

    def shutdown(self, exit_code: int = 0) -> None:
        """Tell the pages' streams to end, then stop."""
        with suppress(psycopg.Error), psycopg.connect(address(current()).conninfo(APP), autocommit=True) as database:
            database.execute("select pg_notify(%s, %s)", [CHANNEL, f"{STOP}|"])
        super().shutdown(exit_code)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop; gathers the static files first when those of this version are not there yet."""
    environment = current()
    logging.basicConfig(level=logging.WARNING)
    with database(environment):
        if not environment.flag(DEBUG):
            static.gather(environment)
        Server(
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
