# SPDX-License-Identifier: Apache-2.0
"""`longwatch up`: everything in one command."""

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from longwatch.config import exclusive, schema, static
from longwatch.config.listeners import is_wanted
from longwatch.config.running import say_data_directory, started_server
from longwatch.config.supervision import Child, Supervisor, command, run_once
from longwatch.core.environment import HOST, PORT, Environment, current
from longwatch.core.postgres.address import address

READY_SECONDS = 60
DEMO_WARNING = (
    "This data directory holds the demo story, whose password was printed. "
    "For real work set LONGWATCH_DATA to another one."
)


def run(arguments: argparse.Namespace) -> int:
    """Start database, pages and jobs; say where; keep them running until told to stop."""
    return keep_up(current(), announce)


def keep_up(environment: Environment, ready: Callable[[Environment], None]) -> int:
    """Bring everything up, call `ready` once the pages answer, and watch until told to stop.

    Raises exclusive.InUse when another program has the port or the data directory.
    """
    say_data_directory(environment)
    environment.data.mkdir(parents=True, exist_ok=True)
    with exclusive.data_directory(environment):
        exclusive.free_port(environment)
        return _keep_up(environment, ready)


def _keep_up(environment: Environment, ready: Callable[[Environment], None]) -> int:
    children = [Child("web", command("web")), Child("worker", command("worker"))]
    if is_wanted(environment):
        children.append(Child("listen", command("listen")))
    supervisor = Supervisor(children, None)
    supervisor.heed_signals()
    try:
        supervisor.server = started_server(environment)
        prepare(environment)
        if not supervisor.is_stopping:
            supervisor.start()
            _wait_for_pages(environment, supervisor)
        if not supervisor.is_stopping:
            ready(environment)
        supervisor.run()
    finally:
        supervisor.stop()
    return 0


def prepare(environment: Environment) -> None:
    """Migrate and gather static files when this version has not done so; otherwise this takes no time."""
    if schema.is_migrated(address(environment)) and static.is_collected(environment):
        return
    # In a process of its own: what migrating needs would stay in our memory for good.
    run_once(command("migrate"), "The database could not be brought to this version; see above.")


def announce(environment: Environment) -> None:
    """Say where Longwatch is, and warn of printed passwords when it is the demo."""
    if notes_file(environment).exists():
        print(DEMO_WARNING, flush=True)
    say_where(environment)


def say_where(environment: Environment) -> None:
    """Say where Longwatch is."""
    print(f"Longwatch is ready on {environment.base_url}  (Ctrl-C stops it)", flush=True)


def notes_file(environment: Environment) -> Path:
    """Where accounts and token of the demo are written down."""
    return environment.data / "demo-accounts.txt"


def _wait_for_pages(environment: Environment, supervisor: Supervisor) -> None:
    url = f"http://{environment.text(HOST)}:{environment.number(PORT)}/healthz"
    deadline = time.monotonic() + READY_SECONDS
    while not supervisor.is_stopping and time.monotonic() < deadline:
        supervisor.look()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    if not supervisor.is_stopping:
        print("longwatch: the pages do not answer yet; still trying.", file=sys.stderr)
