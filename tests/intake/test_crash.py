# SPDX-License-Identifier: Apache-2.0
"""Everything is killed in the middle of the intake: what was acknowledged is there afterwards."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest

from tests.fixtures.server import free_port, wait_for
from tests.intake.conversation import Client

# Run with the instance's own environment: makes a source and prints a token for it.
PREPARE = """
import django; django.setup()
from tests.intake.cast_signals import make_source, make_token
from tests.personas import make_cast
cast = make_cast()
print("TOKEN", make_token(cast, make_source(cast)))
"""
COUNT = """
import django; django.setup()
from longwatch.core.environment import current
from longwatch.core.postgres.address import address
import psycopg
place = address(current())
with psycopg.connect(place.admin_conninfo(place.database)) as admin:
    for row in admin.execute("select s.id, s.count, count(o.id) from intake_signal s"
                             " join intake_occurrence o on o.signal_id = s.id group by s.id"):
        print("SIGNAL", *row)
"""
SENDERS = 8
SECONDS = 4.0


class Instance:
    """A whole Longwatch with a data directory and an embedded server of its own."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = data / "web.log"
        (data / "uploads").mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LONGWATCH_", "DATABASE_"))}
        self.environment = kept | {
            "LONGWATCH_DATA": str(data),
            "LONGWATCH_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "longwatch.config.settings",
        }

    def command(self, *words: str) -> str:
        """What a command of this instance prints."""
        return subprocess.run(
            [sys.executable, *words], env=self.environment, check=True, capture_output=True, text=True, timeout=110
        ).stdout

    def start(self) -> "subprocess.Popen[bytes]":
        """The web process with its database, when it answers."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "longwatch", "web"],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(f"{self.base_url}/healthz", process, self.log)
        return process

    def kill_everything(self, process: "subprocess.Popen[bytes]") -> None:
        """SIGKILL for the web process, its workers and the whole database server, all at once."""
        for pid in descendants(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(20)


def descendants(root: int) -> list[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def sent_until_killed(instance: Instance, process: "subprocess.Popen[bytes]", token: str) -> list[str]:
    """Identifiers of all signals that were acknowledged before everything was killed in full flow."""
    acknowledged: list[str] = []
    stop = threading.Event()

    def send(sender: int) -> None:
        client, number = Client(instance.base_url, token), 0
        while not stop.is_set():
            number += 1
            try:
                answer = client.post({"title": f"S{sender}", "dedup_key": f"{sender}-{number // 2}"})
            except (OSError, http.client.HTTPException, ValueError):
                return
            if answer.status in (200, 201):
                acknowledged.append(answer.body["id"])

    senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for thread in senders:
        thread.start()
    time.sleep(SECONDS)  # a few hundred signals; the kill must hit the middle of the flow
    instance.kill_everything(process)
    stop.set()
    for thread in senders:
        thread.join(60)
    return acknowledged


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_acknowledged_signal_survives(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.command("-m", "longwatch", "migrate")
    process = instance.start()
    token = next(line.split()[1] for line in instance.command("-c", PREPARE).splitlines() if line.startswith("TOKEN"))
    acknowledged = sent_until_killed(instance, process, token)
    process = instance.start()
    try:
        rows = [line.split()[1:] for line in instance.command("-c", COUNT).splitlines() if line.startswith("SIGNAL")]
        assert Client(instance.base_url, token).post({"title": "after"}).status == 201
    finally:
        process.terminate()
        process.wait(30)
    kept = {UUID(identity): int(arrivals) for identity, _, arrivals in rows}
    assert all(int(count) == int(arrivals) for _, count, arrivals in rows)
    assert len(acknowledged) > 20
    for identity in set(acknowledged):
        assert kept.get(UUID(identity), 0) >= acknowledged.count(identity)
