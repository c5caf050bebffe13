# SPDX-License-Identifier: Apache-2.0
"""Runs of `longwatch verify` that we made ourselves, and what they found."""

import logging
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from longwatch.core import clock

# A process of its own: it reads as the verifier, and what it needs of memory is given back.
WORDS = [sys.executable, "-m", "longwatch", "verify", "--json"]
HOLDS, BROKEN, UNCHECKED = 0, 1, 2
SECONDS = 6 * 60 * 60
MOST_LISTED = 50
INSERT = """
insert into ledger_verification (began, status, faults, size, summary, listed) values (%s, %s, %s, %s, %s, %s)
"""
NEWEST = "select began, ended, status, faults, size, summary, listed from ledger_verification order by id desc limit %s"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when, with which exit status, and what it said."""

    began: datetime
    ended: datetime
    status: int
    faults: int
    size: int
    summary: str
    listed: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return self.status == HOLDS


class Said(msgspec.Struct):
    """What the command says with --json."""

    faults: list[str] = []
    broken: int = 0
    size: int = 0
    summary: str = ""


def run_now() -> Run:
    """Run the command and store what it found; what it cannot check is stored, too."""
    began = clock.now()
    try:
        done = subprocess.run(WORDS, capture_output=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL)
        status, said = done.returncode, _said(done.stdout, done.stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        status, said = UNCHECKED, Said(summary=f"It could not be run to its end: {type(error).__name__}.")
    if status != HOLDS:
        log.error("Verifying ended with status %s: %s", status, said.summary)
    values: list[Any] = [began, status, said.broken, said.size, said.summary, said.faults[:MOST_LISTED]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
    return runs(1)[0]


def runs(most: int) -> list[Run]:
    """The newest runs."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [most])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return [Run(*row) for row in found]


def _said(text: bytes, complaint: bytes) -> Said:
    try:
        return msgspec.json.decode(text, type=Said)
    except msgspec.MsgspecError:
        return Said(
            summary=(complaint.decode("utf-8", "replace").strip().splitlines() or ["It said nothing."])[-1][:500]
        )
