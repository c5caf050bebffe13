# SPDX-License-Identifier: Apache-2.0
"""What Longwatch costs while nothing happens, and how soon it is back after a restart."""

import argparse
import time

from django.db import connections

from bench.figures import Figure
from bench.installation import FIRST_PAGE, Installation
from bench.machine import Meter, pss_of
from bench.people import Town

MEMORY_MB, RESTART_SECONDS = 350, 3.0
REST_SECONDS = 20.0


def restart(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """From the start of `longwatch up`, with data, to the first page; the slowest of some."""
    seconds = []
    for _ in range(2 if options.quick else 5):
        _let_go()
        installation.stop()
        with Meter({}) as meter:
            seconds.append(installation.start())
    slowest = max(seconds)
    said = f"{min(seconds):.2f} to {slowest:.2f} s in {len(seconds)} restarts"
    details = {"seconds": [round(each, 3) for each in seconds], **meter.surroundings()}
    return [Figure(f"restart until {FIRST_PAGE} answers", f"<= {RESTART_SECONDS:g} s", said,
                   slowest <= RESTART_SECONDS, details)]  # fmt: skip


def memory(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Memory after a start and a rest."""
    _let_go()
    installation.stop()
    installation.start()
    return [_memory(installation, "idle memory after a start")]


def memory_after_load(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Memory after the load of the measurements before, and a rest."""
    return [_memory(installation, "idle memory after the load above")]


def _let_go() -> None:
    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _memory(installation: Installation, job: str) -> Figure:
    _let_go()
    with Meter({}) as meter:
        time.sleep(REST_SECONDS)
    groups = {name: round(pss_of(pids)) for name, pids in installation.groups().items()}
    total = round(pss_of(installation.pids))
    parts = ", ".join(f"{name} {size}" for name, size in groups.items())
    details = {"parts": groups, "processes": len(installation.pids), **meter.surroundings()}
    return Figure(job, f"<= {MEMORY_MB} MB PSS", f"{total} MB ({parts})", total <= MEMORY_MB, details)
